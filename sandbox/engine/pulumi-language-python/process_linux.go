package main

import (
	"os/exec"
	"syscall"
)

// tie makes the kernel kill command when the host is killed and cannot do it itself.
func tie(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
