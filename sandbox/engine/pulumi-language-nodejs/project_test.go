package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/structpb"

	"secure-ecr/sandbox/engine/service"
)

// project makes a folder with an SDK in it, and returns what the engine says of it.
func project(t *testing.T, options map[string]any) *pulumirpc.ProgramInfo {
	t.Helper()
	folder := t.TempDir()
	for path, text := range map[string]string{
		"package.json":              `{}`,
		"sdks/widgets/package.json": `{"name": "@acme/widgets"}`,
		"sdks/gadgets/package.json": `{"name": 7}`,
	} {
		if err := write(folder, map[string][]byte{path: []byte(text)}); err != nil {
			t.Fatal(err)
		}
	}
	encoded, err := structpb.NewStruct(options)
	if err != nil {
		t.Fatal(err)
	}
	return &pulumirpc.ProgramInfo{RootDirectory: folder, ProgramDirectory: folder, EntryPoint: ".", Options: encoded}
}

// onlyOnPath makes script the only program on PATH, as name, beside those of the system's shell.
func onlyOnPath(t *testing.T, name, script string) {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder)
}

func link(t *testing.T, info *pulumirpc.ProgramInfo, paths ...string) (*pulumirpc.LinkResponse, error) {
	t.Helper()
	request := &pulumirpc.LinkRequest{Info: info}
	for _, path := range paths {
		request.Packages = append(request.Packages, &pulumirpc.LinkRequest_LinkDependency{Path: path})
	}
	return (&host{}).Link(t.Context(), request)
}

func TestLinkAddsTheSDKToTheManifest(t *testing.T) {
	info := project(t, nil)
	onlyOnPath(t, "npm", `echo "$*" >> calls; [ "$2" = set ] || echo '{}'`)

	response, err := link(t, info, "sdks/widgets")

	if err != nil || response.ImportInstructions != `Import it from "@acme/widgets"` {
		t.Fatal(response, err)
	}
	calls, err := os.ReadFile(filepath.Join(info.ProgramDirectory, "calls"))
	if err != nil || !strings.Contains(string(calls), "pkg set dependencies[@acme/widgets]=file:sdks/widgets\n") {
		t.Errorf("got %q, %v", calls, err)
	}
}

func TestLinkRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		options map[string]any
		path    string
		want    string
	}{
		"an unknown manager": {
			map[string]any{"packagemanager": "snap"}, "sdks/widgets",
			"runtime.options.packagemanager: unknown package manager: snap",
		},
		"a manager that is no text": {
			map[string]any{"packagemanager": 5}, "sdks/widgets",
			"runtime.options.packagemanager: unknown package manager: 5",
		},
		"a name that is no text": {nil, "sdks/gadgets", "sdks/gadgets/package.json: name: must be text, got 7"},
		"an SDK that is not there": {
			nil, "sdks/none", "sdks/none: must hold the package.json of an SDK, got none",
		},
	} {
		t.Run(name, func(t *testing.T) {
			onlyOnPath(t, "npm", "")
			if _, err := link(t, project(t, test.options), test.path); status.Convert(err).Message() != test.want {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

// output is the stream of an installation, which keeps what it is sent.
type output struct {
	service.InstallStream
	t    *testing.T
	text strings.Builder
}

func (o *output) Context() context.Context { return o.t.Context() }

func (o *output) Send(response *pulumirpc.InstallDependenciesResponse) error {
	o.text.Write(response.Stdout)
	o.text.Write(response.Stderr)
	return nil
}

func TestInstallDependenciesShowsWhatTheManagerSays(t *testing.T) {
	info := project(t, nil)
	onlyOnPath(t, "npm", `echo "$*"; /bin/mkdir node_modules`)
	stream := &output{t: t}

	err := (&host{}).InstallDependencies(&pulumirpc.InstallDependenciesRequest{Info: info}, stream)

	if got := stream.text.String(); err != nil || got != "install --loglevel=error\n" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestInstallDependenciesRefusesInOneLine(t *testing.T) {
	for name, test := range map[string]struct{ program, script, want string }{
		"no manager":          {"node", "", "Could not find `npm` executable. Install npm and make sure it is in your PATH."},
		"one that has failed": {"npm", "exit 3", "exit status 3"},
	} {
		t.Run(name, func(t *testing.T) {
			info := project(t, nil)
			onlyOnPath(t, test.program, test.script)
			err := (&host{}).InstallDependencies(&pulumirpc.InstallDependenciesRequest{Info: info}, &output{t: t})
			said := status.Convert(err)
			if said.Code() != codes.FailedPrecondition || strings.Contains(said.Message(), "\n") ||
				!strings.HasPrefix(said.Message(), info.ProgramDirectory+": ") || !strings.HasSuffix(said.Message(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}
