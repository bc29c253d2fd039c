// Command pulumi-language-nodejs writes and installs TypeScript SDKs for the Pulumi engine; it runs no program.
//
// It is the language host of an engine that was built from Go modules. The official host is published with the engine's
// releases only, as a binary: no Go module holds it. The generator of SDKs and the package managers are the official
// ones: they are public packages of the engine and of the SDK.
//
// Source: proto/pulumi/language.proto of github.com/pulumi/pulumi, service LanguageRuntime.
package main

import (
	"flag"
	"fmt"
	"os"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/cmdutil"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/logging"

	"secure-ecr/sandbox/engine/service"
)

const name = "pulumi-language-nodejs"

func main() {
	tracing := flag.String("tracing", "", "send traces to this Zipkin-compatible endpoint")
	flag.Parse()
	logging.InitLogging(false, 0, false) // what -v and -logtostderr say, flags that a dependency defines
	cmdutil.InitTracing(name, name, *tracing)

	alive, stop := service.Alive(flag.Arg(0))
	defer stop()
	if err := service.Serve(alive, &host{}); err != nil {
		fmt.Fprintln(os.Stderr, name+":", err)
		os.Exit(1)
	}
}
