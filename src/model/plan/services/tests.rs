use super::super::tests::{at, caller, catalog, role, user};
use super::super::{Wishes, plan};
use super::*;
use crate::model::{Chain, RoleArn, Url};

const MINIO: &str = "http://minio:9000";

/// Where each hop's request goes: a URL, or the region.
fn places(chain: &Chain) -> Vec<String> {
    let place = |hop: &Hop| match &hop.sts.endpoint_url {
        Some(url) => format!("{url} {}", hop.sts.region),
        None => hop.sts.region.to_string(),
    };
    chain.hops.iter().map(place).collect()
}

fn planned(sessions: Vec<Session>, alias: &str, caller: &Caller) -> Result<Chain, PlanError> {
    plan(&catalog(sessions), alias, &Wishes::default(), caller)
}

#[test]
fn a_role_uses_the_endpoint_of_the_session_it_is_assumed_from() {
    let mut root = at(MINIO, user("u", None));
    root.region = "us-east-1".parse().unwrap();
    let sessions = vec![root, role("a", "u", None), role("b", "a", None)];
    let chain = planned(sessions, "b", &caller()).unwrap();
    // Signed for the region that was set with the endpoint.
    assert_eq!(places(&chain), vec![format!("{MINIO} us-east-1"); 3]);
    let source = EndpointSource::Session("u".parse().unwrap());
    assert_eq!(chain.hops[2].endpoint_source, source);
    // So does what runs with its credentials.
    assert_eq!(chain.endpoint_url.unwrap().as_str(), MINIO);
}

#[test]
fn the_environment_decides_only_where_no_session_of_the_chain_does() {
    let caller = Caller {
        endpoint_url: Some("http://127.0.0.1:5000".parse().unwrap()),
        ..caller()
    };
    let of_environment = planned(vec![user("u", None), role("a", "u", None)], "a", &caller);
    let chain = of_environment.unwrap();
    assert_eq!(chain.hops[1].endpoint_source, EndpointSource::Environment);
    assert_eq!(chain.endpoint_url, None);
    let sessions = vec![at(MINIO, user("u", None)), role("a", "u", None)];
    let chain = planned(sessions, "a", &caller).unwrap();
    assert_eq!(places(&chain), vec![format!("{MINIO} eu-west-1"); 2]);
}

#[test]
fn a_chain_that_leaves_its_service_is_refused() {
    let elsewhere = || at("http://127.0.0.1:9000", role("a", "u", None));
    for root in [user("u", None), at(MINIO, user("u", None))] {
        let refused = planned(vec![root, elsewhere()], "a", &caller());
        let Err(PlanError::OtherService(other)) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!((other.hop.as_str(), other.signer.as_str()), ("a", "u"));
    }
    // The same service in another spelling, and two addresses of AWS.
    let root = at("http://MINIO:9000/", user("u", None));
    assert!(planned(vec![root, at(MINIO, role("a", "u", None))], "a", &caller()).is_ok());
    let private = "https://vpce-0a1b.sts.eu-west-1.vpce.amazonaws.com";
    let sessions = vec![user("u", None), at(private, role("a", "u", None))];
    assert!(planned(sessions, "a", &caller()).is_ok());
}

/// Numbers that look random and are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        // The constants of Knuth's MMIX.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

#[test]
fn no_plan_sends_a_signature_of_one_service_to_another() {
    let endpoints = [
        None,
        None,
        Some(MINIO),
        Some("http://127.0.0.1:9000"),
        Some("https://sts.eu-west-1.amazonaws.com"),
        Some("https://sts-fips.us-east-1.amazonaws.com"),
    ];
    let mut random = Random(15);
    let (mut planned, mut refused) = (0, 0);
    for _ in 0..2_000 {
        let length = 1 + random.below(5);
        let sessions = (0..length).map(|index| {
            let session = match index {
                0 => user("s0", None),
                _ => role(
                    &format!("s{index}"),
                    &format!("s{}", random.below(index)),
                    None,
                ),
            };
            match endpoints[random.below(endpoints.len())] {
                Some(url) => at(url, session),
                None => session,
            }
        });
        let catalog = catalog(sessions.collect::<Vec<_>>());
        let of_environment = ["https://sts.eu-west-1.amazonaws.com", MINIO];
        let caller = Caller {
            endpoint_url: (of_environment.get(random.below(6))).map(|url| {
                url.replace("http://minio", "https://minio")
                    .parse()
                    .unwrap()
            }),
            ..caller()
        };
        let further: [RoleArn; 1] = ["arn:aws:iam::555566667777:role/F".parse().unwrap()];
        let wishes = Wishes {
            assume: further[..random.below(2)].to_vec(),
            ..Wishes::default()
        };
        let alias = format!("s{}", random.below(length));
        match plan(&catalog, &alias, &wishes, &caller) {
            Ok(chain) => {
                planned += 1;
                // Not by the code under test: AWS by its domain, others by their text.
                let service = |url: Option<&Url>| match url.map(Url::as_str) {
                    Some(url) if !url.contains(".amazonaws.com") => url.to_owned(),
                    _ => "AWS".to_owned(),
                };
                let services = chain
                    .hops
                    .iter()
                    .map(|hop| service(hop.sts.endpoint_url.as_ref()));
                let mut services: Vec<String> = services.collect();
                // What runs with the credentials goes where the environment or the chain says.
                let child = chain.endpoint_url.as_ref().or(caller.endpoint_url.as_ref());
                services.push(service(child));
                services.dedup();
                assert_eq!(services.len(), 1, "{chain:?}");
            }
            Err(PlanError::OtherService(_)) => refused += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert!(
        planned > 200 && refused > 200,
        "{planned} planned, {refused} refused"
    );
}
