// Asks AWS who it is, with the default credentials of the SDK for Go, version 1.
package main

import (
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go/aws/session"
	"github.com/aws/aws-sdk-go/service/sts"
)

func main() {
	who, err := sts.New(session.Must(session.NewSession())).GetCallerIdentity(nil)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(*who.Arn)
}
