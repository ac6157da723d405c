import software.amazon.awssdk.services.sts.StsClient;

/** Asks AWS who it is, with the default credentials of the SDK for Java, version 2. */
class Sdk2 {
    public static void main(String[] arguments) {
        System.out.println(StsClient.create().getCallerIdentity().arn());
    }
}
