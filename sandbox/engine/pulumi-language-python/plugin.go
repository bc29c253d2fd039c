package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"

	"github.com/pulumi/pulumi/sdk/v3"
	"github.com/pulumi/pulumi/sdk/v3/go/common/apitype"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/pulumi/pulumi/sdk/v3/python/toolchain"
	"google.golang.org/grpc"
)

// pluginStream is the call that a plugin's output goes out by.
type pluginStream = grpc.ServerStreamingServer[pulumirpc.RunPluginResponse]

// RunPlugin runs a policy pack, a component or a provider until it ends or the engine ends the call.
func (h *host) RunPlugin(request *pulumirpc.RunPluginRequest, stream pluginStream) error {
	ctx, done := joined(stream.Context(), h.alive)
	defer done()
	if request.AttachDebugger {
		return noDebugger()
	}
	isPack := request.Kind == string(apitype.AnalyzerPlugin)
	e, err := resolve(request.Info, !isPack)
	if err != nil {
		return err
	}
	// All that can be refused is refused before the first line, from which the engine takes the plugin for started.
	if err := e.require(ctx, h.log(ctx)); err != nil {
		return err
	}
	held, err := h.take(ctx, e)
	if err != nil {
		return err
	}
	if err := e.requirePulumi(ctx, held); err != nil {
		return err
	}
	output := &output{stream: stream}
	if isPack {
		err = runPack(ctx, e, request, output)
	} else {
		err = runPlugin(ctx, e, request, output)
	}
	code, ended := exitCode(err)
	switch {
	case ctx.Err() != nil:
		return nil // the engine has what it wanted and no longer listens
	case !ended:
		return err
	}
	return output.send(&pulumirpc.RunPluginResponse{
		Output: &pulumirpc.RunPluginResponse_Exitcode{Exitcode: int32(code)},
	})
}

// runPlugin runs the folder's `__main__.py`, or, when it has none but can be installed as a distribution, the components
// of the module that is named like it.
func runPlugin(ctx context.Context, e *environment, request *pulumirpc.RunPluginRequest, output *output) error {
	folder := request.Info.ProgramDirectory
	arguments := append([]string{"-u", folder}, request.Args...)
	if _, err := os.Stat(filepath.Join(folder, "__main__.py")); errors.Is(err, fs.ErrNotExist) {
		buildable, err := toolchain.IsBuildablePackage(folder)
		if err != nil {
			return refusal("%s: %v", folder, err)
		}
		if !buildable {
			return refusal("%s: must hold __main__.py, or a pyproject.toml with a name and a build-system, got neither", folder)
		}
		project, err := toolchain.LoadPyproject(folder)
		if err != nil {
			return err
		}
		arguments = append([]string{"-u", "-m", "pulumi.run.plugin", project.Project.Name}, request.Args...)
	}
	command, err := e.command(ctx, request, arguments)
	if err != nil {
		return err
	}
	command.Dir, command.Stdout = request.Pwd, output.stdout()
	command.Stderr = output.stderr()
	return run(command, command.Wait)
}

// runPack runs a policy pack behind a proxy: the engine configures a pack that runs, and a Python pack finds the stack
// in its environment when it starts.
func runPack(ctx context.Context, e *environment, request *pulumirpc.RunPluginRequest, output *output) error {
	proxy, proxied, err := sdk.NewPolicyProxy(ctx, output.stdout())
	if err != nil {
		return err
	}
	stack, err := proxy.AwaitConfiguration(ctx)
	if err != nil {
		return err
	}
	folder := request.Info.ProgramDirectory
	arguments := append([]string{"-u", "-m", "pulumi.policy"}, request.Args...)
	command, err := e.command(ctx, request, append(arguments, folder), stackVariables(stack)...)
	if err != nil {
		return err
	}
	// The folder is where a pack finds its own modules.
	command.Dir, command.Stdout, command.Stderr = folder, proxied, output.stderr()
	return run(command, func() error { return proxy.Attach(ctx, command) })
}

// stackVariables returns the variables in which the SDK finds the stack that is being judged. There is none when a pack
// is only asked what it contains.
func stackVariables(stack *pulumirpc.AnalyzerStackConfigureRequest) []string {
	if stack == nil {
		return nil
	}
	known := []string{
		"PULUMI_PROJECT=" + stack.Project,
		"PULUMI_STACK=" + stack.Stack,
		"PULUMI_DRY_RUN=" + strconv.FormatBool(stack.DryRun),
	}
	if stack.Organization != "" { // empty is not absent to the SDK, which then takes its default
		known = append(known, "PULUMI_ORGANIZATION="+stack.Organization)
	}
	return append(known, configuration(stack.Config, stack.ConfigSecretKeys)...)
}

// command returns a command of e with the environment that the engine wants a plugin to have.
func (e *environment) command(
	ctx context.Context, request *pulumirpc.RunPluginRequest, arguments []string, more ...string,
) (*exec.Cmd, error) {
	command, err := e.Command(ctx, arguments...)
	if err != nil {
		return nil, err
	}
	folder, err := e.VirtualEnvPath(ctx)
	if err != nil {
		return nil, fmt.Errorf("finding the virtual environment: %w", err)
	}
	command.Env = variables(request.Env, folder, more...)
	return command, nil
}

// output sends a plugin's output to the engine. A stream takes one message at a time, and the two outputs of a process
// are read at once.
type output struct {
	mutex  sync.Mutex
	stream pluginStream
}

func (o *output) send(response *pulumirpc.RunPluginResponse) error {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.stream.Send(response)
}

func (o *output) stdout() writer {
	return func(text []byte) error {
		return o.send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Stdout{Stdout: text}})
	}
}

func (o *output) stderr() writer {
	return func(text []byte) error {
		return o.send(&pulumirpc.RunPluginResponse{Output: &pulumirpc.RunPluginResponse_Stderr{Stderr: text}})
	}
}

// writer is a function that takes what is written.
type writer func([]byte) error

func (w writer) Write(text []byte) (int, error) {
	return len(text), w(text)
}
