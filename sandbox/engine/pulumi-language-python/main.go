// Command pulumi-language-python runs Python programs, policy packs and plugins for the Pulumi engine.
//
// It is the language host of an engine that was built from Go modules. The official host is published with the engine's
// releases only, as a binary: no Go module holds it. This one stands on the public packages of the SDK and serves the
// same protocol.
//
// Source: proto/pulumi/language.proto of github.com/pulumi/pulumi, service LanguageRuntime.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/cmdutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/logging"

	"secure-ecr/sandbox/engine/service"
)

func main() {
	tracing := flag.String("tracing", "", "send traces to this Zipkin-compatible endpoint")
	executor := flag.String("use-executor", "", "run programs with this script instead of the one beside the host")
	flag.Parse()
	logging.InitLogging(false, 0, false) // what -v and -logtostderr say, flags that a dependency defines
	cmdutil.InitTracing("pulumi-language-python", "pulumi-language-python", *tracing)

	if err := serve(&host{engine: flag.Arg(0), executor: *executor, tracing: *tracing}); err != nil {
		fmt.Fprintln(os.Stderr, "pulumi-language-python:", err)
		os.Exit(1)
	}
}

// serve answers the engine until it says goodbye, interrupts the host, or is gone.
func serve(h *host) error {
	var err error
	if h.executor, err = executorPath(h.executor); err != nil {
		return err
	}

	alive, stop := service.Alive(h.engine)
	defer stop()
	h.alive, h.running = alive, newRunning(alive)
	return service.Serve(alive, h)
}

// executorPath returns the script that runs programs: given, or the one that lies beside the host.
func executorPath(given string) (string, error) {
	if given != "" {
		return given, nil
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	path := filepath.Join(filepath.Dir(self), "pulumi-language-python-exec")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%s is missing; build the engine again with `make setup`", path)
	}
	return path, nil
}
