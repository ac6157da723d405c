//! Programs that are known to ignore `--profile` or `--serve`: they would use other credentials, or none.
//! `docs/programs.md` has the measurements.

/// A way in which a command gets credentials that renew themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// `leapp-exec --profile`: a named profile, whose process is run.
    NamedProfile,
    /// `leapp-exec --serve`: an endpoint on loopback.
    Endpoint,
}

impl Renewal {
    /// The option of `leapp-exec`.
    pub fn option(self) -> &'static str {
        match self {
            Self::NamedProfile => "--profile",
            Self::Endpoint => "--serve",
        }
    }
}

/// A name, and what the program of that name ignores. GDAL's programs run no process of a profile.
const IGNORING: [(&str, &[Renewal]); 11] = [
    ("awscurl", &[Renewal::Endpoint]),
    ("gdal", &[Renewal::NamedProfile]),
    ("gdal_translate", &[Renewal::NamedProfile]),
    ("gdalbuildvrt", &[Renewal::NamedProfile]),
    ("gdalinfo", &[Renewal::NamedProfile]),
    ("gdalwarp", &[Renewal::NamedProfile]),
    ("ogr2ogr", &[Renewal::NamedProfile]),
    ("ogrinfo", &[Renewal::NamedProfile]),
    ("restic", &[Renewal::NamedProfile]),
    ("rio", &[Renewal::NamedProfile]),
    ("s3cmd", &[Renewal::NamedProfile, Renewal::Endpoint]),
];

/// Whether the program of this name, a path or not, ignores this way.
pub fn ignores(program: &str, renewal: Renewal) -> bool {
    let name = program.rsplit('/').next().unwrap_or(program);
    IGNORING
        .iter()
        .any(|(known, ignored)| *known == name && ignored.contains(&renewal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_known_by_its_name_and_by_its_path() {
        assert!(ignores("s3cmd", Renewal::Endpoint));
        assert!(ignores("/usr/local/bin/restic", Renewal::NamedProfile));
        assert!(!ignores("restic", Renewal::Endpoint));
        assert!(!ignores("aws", Renewal::NamedProfile));
        assert!(!ignores("/restic/", Renewal::NamedProfile));
    }

    #[test]
    fn the_table_is_sorted() {
        assert!(IGNORING.is_sorted_by_key(|(name, _)| *name));
    }
}
