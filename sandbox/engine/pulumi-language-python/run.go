package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// bail is the code with which the executor ends when it has already shown the person what is wrong.
const bail = 32

// Run runs a program to its end.
func (h *host) Run(call context.Context, request *pulumirpc.RunRequest) (*pulumirpc.RunResponse, error) {
	ctx, done := h.running.during(call)
	defer done()
	if request.AttachDebugger {
		return nil, noDebugger()
	}
	e, err := resolve(request.Info, false)
	if err != nil {
		return nil, err
	}
	if err := e.require(ctx, h.log(ctx)); err != nil {
		return nil, err
	}
	held, err := h.take(ctx, e)
	if err != nil {
		return nil, err
	}
	if err := e.requirePulumi(ctx, held); err != nil {
		return nil, err
	}
	if err := e.check(ctx, held); err != nil {
		return nil, err
	}
	command, err := e.Command(ctx, append([]string{"-u", h.executor}, h.arguments(request)...)...)
	if err != nil {
		return nil, err
	}
	// The engine reads a program's output from the host's own.
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	command.Env = variables(command.Env, "", configuration(request.Config, request.ConfigSecretKeys)...)

	err = run(command, command.Wait)
	switch code, ended := exitCode(err); {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("the program was stopped: %w", context.Cause(ctx))
	case !ended:
		return nil, fmt.Errorf("the program could not be run: %w", err)
	case code == bail:
		return &pulumirpc.RunResponse{Bail: true}, nil
	case code != 0:
		return &pulumirpc.RunResponse{Error: fmt.Sprintf("Program exited with non-zero exit code: %d", code)}, nil
	}
	return &pulumirpc.RunResponse{}, nil
}

// arguments returns what the executor is told about the run, then the program and its own arguments.
func (h *host) arguments(request *pulumirpc.RunRequest) []string {
	var arguments []string
	for _, argument := range [][2]string{
		{"monitor", request.MonitorAddress},
		{"engine", h.engine},
		{"project", request.Project},
		{"root_directory", request.Info.RootDirectory},
		{"stack", request.Stack},
		{"pwd", request.Pwd},
		{"dry_run", strconv.FormatBool(request.DryRun)},
		{"parallel", strconv.Itoa(int(request.Parallel))},
		{"tracing", h.tracing},
		{"organization", request.Organization},
	} {
		if argument[1] != "" {
			arguments = append(arguments, "--"+argument[0], argument[1])
		}
	}
	return append(append(arguments, request.Info.EntryPoint), request.Args...)
}

// configuration returns the variables in which the SDK looks for a stack's configuration. The SDK reads `null` as a
// mistake: what is absent is empty.
func configuration(values map[string]string, secretKeys []string) []string {
	if values == nil {
		values = map[string]string{}
	}
	if secretKeys == nil {
		secretKeys = []string{}
	}
	encodedValues, _ := json.Marshal(values) // text always can be encoded
	encodedKeys, _ := json.Marshal(secretKeys)
	return []string{"PULUMI_CONFIG=" + string(encodedValues), "PULUMI_CONFIG_SECRET_KEYS=" + string(encodedKeys)}
}

// noDebugger refuses to run under a debugger.
func noDebugger() error {
	return refusal("--attach-debugger: the language host of an engine built from Go modules has no debugger; " +
		"use an official release of pulumi")
}
