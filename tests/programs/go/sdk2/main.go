// Asks AWS who it is, with the default credentials of the SDK for Go, version 2.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func main() {
	ctx := context.Background()
	settings, err := config.LoadDefaultConfig(ctx)
	if err == nil {
		var who *sts.GetCallerIdentityOutput
		if who, err = sts.NewFromConfig(settings).GetCallerIdentity(ctx, nil); err == nil {
			fmt.Println(*who.Arn)
			return
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
