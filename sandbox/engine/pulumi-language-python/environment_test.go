package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"testing"

	"google.golang.org/grpc/status"
)

// message returns what the engine shows of err.
func message(err error) string {
	if shown, ok := status.FromError(err); ok {
		return shown.Message()
	}
	return fmt.Sprint(err)
}

func TestRequireRefusesAMissingEnvironment(t *testing.T) {
	folder := t.TempDir()
	e, err := resolve(program(t, folder, map[string]any{"virtualenv": ".venv"}), false)
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("runtime.options.virtualenv: %s must be a virtual environment, got none; run `pulumi install` in %s",
		filepath.Join(folder, ".venv"), folder)
	if got := message(e.require(t.Context(), io.Discard)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	write(t, "", folder, ".venv", "bin", "python")
	if err := e.require(t.Context(), io.Discard); err != nil {
		t.Errorf("an environment that exists: %v", err)
	}
}

func TestRequirePulumi(t *testing.T) {
	folder := t.TempDir()
	named, err := resolve(program(t, folder, map[string]any{"virtualenv": ".venv"}), false)
	ambient, err2 := resolve(program(t, folder, nil), false)
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	held := inventory{Executable: "/usr/bin/python3", Distributions: []distribution{{Name: "pulumi-aws", Version: "7.51.1"}}}
	for name, test := range map[string]struct {
		e    *environment
		want string
	}{
		"a named one": {named, fmt.Sprintf(
			"runtime.options.virtualenv: %s/.venv must have the package pulumi, got none; run `pulumi install` in %[1]s", folder)},
		"the one on PATH": {ambient, "runtime.options.virtualenv: the Python on PATH (/usr/bin/python3) must have the " +
			"package pulumi, got none; activate the virtual environment that has it, or name it in this option"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := message(test.e.requirePulumi(t.Context(), held)); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			held := inventory{Distributions: []distribution{{Name: "pulumi", Version: "3.272.0"}}}
			if err := test.e.requirePulumi(t.Context(), held); err != nil {
				t.Errorf("with pulumi: %v", err)
			}
		})
	}
}

func TestResolveGivesAPluginAnEnvironmentOfItsOwn(t *testing.T) {
	folder := t.TempDir()
	e, err := resolve(program(t, folder, nil), true)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := e.VirtualEnvPath(t.Context()); err != nil || got != filepath.Join(folder, "venv") {
		t.Errorf("got %q, %v", got, err)
	}
}
