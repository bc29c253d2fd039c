package main

import (
	"slices"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

func TestConfiguration(t *testing.T) {
	for name, test := range map[string]struct {
		values map[string]string
		keys   []string
		want   []string
	}{
		"absent is empty, not null": {nil, nil, []string{"PULUMI_CONFIG={}", "PULUMI_CONFIG_SECRET_KEYS=[]"}},
		"values and keys": {
			map[string]string{"p:b": "2", "p:a": `"1"`},
			[]string{"p:b"},
			[]string{`PULUMI_CONFIG={"p:a":"\"1\"","p:b":"2"}`, `PULUMI_CONFIG_SECRET_KEYS=["p:b"]`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := configuration(test.values, test.keys); !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestArguments(t *testing.T) {
	h := &host{engine: "127.0.0.1:1"}
	got := h.arguments(&pulumirpc.RunRequest{
		MonitorAddress: "127.0.0.1:2",
		Project:        "p",
		Stack:          "s",
		Pwd:            "/src",
		DryRun:         true,
		Parallel:       16,
		Args:           []string{"one", "two"},
		Info:           &pulumirpc.ProgramInfo{RootDirectory: "/root", EntryPoint: "."},
	})
	want := []string{
		"--monitor", "127.0.0.1:2", "--engine", "127.0.0.1:1", "--project", "p", "--root_directory", "/root",
		"--stack", "s", "--pwd", "/src", "--dry_run", "true", "--parallel", "16", ".", "one", "two",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestStackVariables(t *testing.T) {
	if got := stackVariables(nil); got != nil {
		t.Errorf("a pack that is only asked gets %q, want nothing", got)
	}
	got := stackVariables(&pulumirpc.AnalyzerStackConfigureRequest{Project: "p", Stack: "s"})
	want := []string{
		"PULUMI_PROJECT=p", "PULUMI_STACK=s", "PULUMI_DRY_RUN=false", "PULUMI_CONFIG={}", "PULUMI_CONFIG_SECRET_KEYS=[]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
