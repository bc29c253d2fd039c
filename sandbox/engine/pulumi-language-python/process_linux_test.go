package main

import (
	"syscall"
	"testing"
)

func TestNoProgramOutlivesAKilledHost(t *testing.T) {
	set := setStage(t)
	if err := syscall.Kill(set.host, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	if !within(patience, func() bool { return ended(set.program) }) {
		t.Error("the program outlives the host")
		_ = syscall.Kill(set.program, syscall.SIGKILL)
	}
}
