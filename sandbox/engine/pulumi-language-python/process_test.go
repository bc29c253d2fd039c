package main

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"secure-ecr/sandbox/engine/service"
)

func TestVariables(t *testing.T) {
	base := []string{"PATH=/usr/bin", "PYTHONHOME=/other", "VIRTUAL_ENV=/other", "HOME=/me"}
	got := variables(base, "/project/.venv", "PULUMI_STACK=s")
	want := []string{"PATH=/project/.venv/bin:/usr/bin", "HOME=/me", "VIRTUAL_ENV=/project/.venv", "PULUMI_STACK=s"}
	if !slices.Equal(got, want) {
		t.Errorf("activated: got %q, want %q", got, want)
	}
	if got, want := variables(base, "", "A=1"), append(slices.Clone(base), "A=1"); !slices.Equal(got, want) {
		t.Errorf("not activated: got %q, want %q", got, want)
	}
	if got, want := variables(nil, ""), os.Environ(); !slices.Equal(got, want) {
		t.Errorf("no base: got %q, want this process's", got)
	}
}

func TestRunReturnsTheExitCode(t *testing.T) {
	command := exec.CommandContext(t.Context(), "sh", "-c", "exit 32")
	if code, ended := exitCode(run(command, command.Wait)); code != 32 || !ended {
		t.Errorf("got %d, %t, want 32, true", code, ended)
	}
	missing := exec.CommandContext(t.Context(), "/nowhere/python")
	if _, ended := exitCode(run(missing, missing.Wait)); ended {
		t.Error("a command that cannot be started has not ended by itself")
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	for name, script := range map[string]string{
		"a process that listens":  "sleep 60",
		"a process that does not": "trap '' TERM; while :; do sleep 1; done",
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			command := exec.CommandContext(ctx, "sh", "-c", script)
			result := make(chan error, 1)
			go func() { result <- run(command, command.Wait) }()
			time.AfterFunc(100*time.Millisecond, cancel)
			select {
			case err := <-result:
				if _, ended := exitCode(err); ended {
					t.Error("it ended by itself")
				}
			case <-time.After(service.Farewell):
				_ = command.Process.Kill()
				t.Error("it goes on")
			}
		})
	}
}
