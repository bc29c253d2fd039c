package main

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/python/toolchain"
)

// How long a process that was told to end may take before it is killed: less than the host itself has (see service.Farewell).
const patience = 2 * time.Second

// run starts command and returns what wait, which must end when the command does, returns. The context that the command
// was made with ends it, politely first; and where the system can, so does the end of the host, even a violent one.
func run(command *exec.Cmd, wait func() error) error {
	command.Cancel = func() error { return command.Process.Signal(syscall.SIGTERM) }
	command.WaitDelay = patience
	tie(command)
	// The kernel ties a process to the thread that started it, not to the whole of the host: the thread has to stay.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := command.Start(); err != nil {
		return err
	}
	return wait()
}

// exitCode returns the code a process ended with, when err says that it ended by itself.
func exitCode(err error) (int, bool) {
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Exited() {
		return exit.ExitCode(), true
	}
	return 0, err == nil
}

// variables returns base (this process's variables when empty) with the virtual environment in folder activated and
// more added. An empty folder activates nothing.
func variables(base []string, folder string, more ...string) []string {
	if len(base) == 0 {
		base = os.Environ()
	}
	if folder != "" {
		base = toolchain.ActivateVirtualEnv(base, folder)
	}
	return append(base[:len(base):len(base)], more...)
}
