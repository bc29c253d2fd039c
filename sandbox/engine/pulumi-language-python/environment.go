package main

import (
	"context"
	"io"
	"path/filepath"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/pulumi/pulumi/sdk/v3/python/toolchain"
)

// environment is the Python that a program, a policy pack or a plugin runs on.
type environment struct {
	toolchain.Toolchain
	options toolchain.PythonOptions
}

// resolve returns the environment that a manifest asks for. It need not exist yet.
func resolve(info *pulumirpc.ProgramInfo, isPlugin bool) (*environment, error) {
	options, err := readOptions(info)
	if err != nil {
		return nil, err
	}
	if isPlugin && options.Toolchain == toolchain.Pip && options.Virtualenv == "" {
		options.Virtualenv = pluginEnvironment
	}
	tools, err := toolchain.ResolveToolchain(options)
	if err != nil {
		return nil, refusal("runtime.options.toolchain: %s", strings.ReplaceAll(err.Error(), "\n", " "))
	}
	return &environment{tools, options}, nil
}

// require makes sure that there is an environment: uv and poetry make their own from a lock file, as they do when a
// person runs them; pip's must have been installed, because what it would install today is not what was tested.
func (e *environment) require(ctx context.Context, log io.Writer) error {
	if e.options.Toolchain != toolchain.Pip {
		return e.EnsureVenv(ctx, e.options.ProgramDir, false, true, log, log)
	}
	folder, err := e.VirtualEnvPath(ctx)
	if err != nil {
		return err
	}
	if folder != "" && !toolchain.IsVirtualEnv(folder) {
		return refusal("runtime.options.virtualenv: %s must be a virtual environment, got none; run `pulumi install` in %s",
			folder, e.options.Root)
	}
	return nil
}

// requirePulumi makes sure that the environment holds the SDK, without which every program fails with a traceback.
func (e *environment) requirePulumi(ctx context.Context, held inventory) error {
	if held.has("pulumi") {
		return nil
	}
	folder, err := e.VirtualEnvPath(ctx)
	if err != nil {
		return err
	}
	if folder == "" {
		return refusal("runtime.options.virtualenv: the Python on PATH (%s) must have the package pulumi, got none; "+
			"activate the virtual environment that has it, or name it in this option", held.Executable)
	}
	return refusal("runtime.options.virtualenv: %s must have the package pulumi, got none; run `pulumi install` in %s",
		filepath.Clean(folder), e.options.Root)
}
