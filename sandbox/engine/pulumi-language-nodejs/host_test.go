package main

import (
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/status"
)

func TestRunIsRefusedWithAWayOut(t *testing.T) {
	_, err := (&host{}).Run(t.Context(), &pulumirpc.RunRequest{})
	want := "the language host of an engine built from Go modules cannot run a Node.js program, " +
		"except inline with the Automation API; use an official release of pulumi"
	if got := status.Convert(err).Message(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
