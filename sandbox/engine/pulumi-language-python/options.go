package main

import (
	"fmt"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/fsutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/pulumi/pulumi/sdk/v3/python/toolchain"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Where the virtual environment of a plugin lies when its manifest names none: a plugin never runs on the Python of the
// person who uses it.
const pluginEnvironment = "venv"

// readOptions returns what `runtime.options` of a manifest asks for, with the toolchain made explicit: an absent one
// becomes that whose lock file lies in the program's folder or above it, else pip.
func readOptions(info *pulumirpc.ProgramInfo) (toolchain.PythonOptions, error) {
	options := toolchain.PythonOptions{Root: info.GetRootDirectory(), ProgramDir: info.GetProgramDirectory()}
	given := info.GetOptions().AsMap()

	var err error
	if options.Virtualenv, err = option(given, "virtualenv"); err != nil {
		return options, err
	}
	switch checker, err := option(given, "typechecker", "mypy", "pyright"); {
	case err != nil:
		return options, err
	case checker == "mypy":
		options.Typechecker = toolchain.TypeCheckerMypy
	case checker == "pyright":
		options.Typechecker = toolchain.TypeCheckerPyright
	}
	name, err := option(given, "toolchain", "pip", "poetry", "uv")
	if err != nil {
		return options, err
	}
	switch {
	case name == "uv", name == "" && isLocked(options.ProgramDir, "uv.lock"):
		options.Toolchain = toolchain.Uv
	case name == "poetry", name == "" && isLocked(options.ProgramDir, "poetry.lock"):
		options.Toolchain = toolchain.Poetry
	default:
		options.Toolchain = toolchain.Pip
	}
	return options, nil
}

// option returns the text of a runtime option, "" when it is absent; with choices, it must be one of them.
func option(given map[string]any, name string, choices ...string) (string, error) {
	value, ok := given[name]
	if !ok {
		return "", nil
	}
	text, ok := value.(string)
	if !ok {
		return "", refusal("runtime.options.%s: must be text, got %v", name, value)
	}
	for _, choice := range choices {
		if text == choice {
			return text, nil
		}
	}
	if len(choices) > 0 {
		return "", refusal("runtime.options.%s: must be one of %s, got %q", name, strings.Join(choices, ", "), text)
	}
	return text, nil
}

// isLocked tells whether a lock file of that name lies in folder or above it.
func isLocked(folder, name string) bool {
	_, err := fsutil.Searchup(folder, name)
	return err == nil
}

// refusal is an error of the person's own making, for the engine to show as it is.
func refusal(format string, values ...any) error {
	return status.Error(codes.FailedPrecondition, fmt.Sprintf(format, values...))
}
