//go:build !linux

package main

import "os/exec"

// tie does nothing: only Linux can tie a process to the one that started it. A host that is killed leaves its children
// to the engine, which interrupts the whole process group when it closes the host.
func tie(*exec.Cmd) {}
