import com.amazonaws.client.builder.AwsClientBuilder.EndpointConfiguration;
import com.amazonaws.services.securitytoken.AWSSecurityTokenServiceClientBuilder;
import com.amazonaws.services.securitytoken.model.GetCallerIdentityRequest;

/** Asks AWS who it is, with the default credentials of the SDK for Java, version 1. */
class Sdk1 {
    public static void main(String[] arguments) {
        var endpoint = new EndpointConfiguration("http://127.0.0.1", "us-east-1");
        var sts = AWSSecurityTokenServiceClientBuilder.standard().withEndpointConfiguration(endpoint).build();
        System.out.println(sts.getCallerIdentity(new GetCallerIdentityRequest()).getArn());
    }
}
