package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/errutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/pulumi/pulumi/sdk/v3/python/toolchain"

	"secure-ecr/sandbox/engine/service"
)

// InstallDependencies makes the virtual environment and installs what the program or plugin requires into it.
func (h *host) InstallDependencies(
	request *pulumirpc.InstallDependenciesRequest, stream service.InstallStream,
) error {
	ctx, done := h.running.during(stream.Context())
	defer done()
	defer h.inventories.Clear()
	e, err := resolve(request.Info, request.IsPlugin)
	if err != nil {
		return err
	}
	return service.Install(request, stream, func(stdout, stderr io.Writer) error {
		return e.install(ctx, request, stdout, stderr)
	})
}

func (e *environment) install(
	ctx context.Context, request *pulumirpc.InstallDependenciesRequest, stdout, stderr io.Writer,
) error {
	fmt.Fprint(stdout, "Installing dependencies...\n\n")
	folder := e.options.ProgramDir
	if err := e.InstallDependencies(ctx, folder, request.UseLanguageVersionTools, true, stdout, stderr); err != nil {
		return err
	}
	if request.IsPlugin && e.options.Toolchain == toolchain.Pip { // uv and poetry install a distribution by themselves
		if err := e.installDistribution(ctx, folder, stdout, stderr); err != nil {
			return err
		}
	}
	fmt.Fprint(stdout, "Finished installing dependencies\n\n")
	return nil
}

// installDistribution installs the plugin in folder itself, when it can be, so that its components can be imported.
func (e *environment) installDistribution(ctx context.Context, folder string, stdout, stderr io.Writer) error {
	buildable, err := toolchain.IsBuildablePackage(folder)
	if err != nil {
		return refusal("%s: %v", folder, err)
	}
	if !buildable {
		return nil
	}
	command, err := e.ModuleCommand(ctx, "pip", "install", folder)
	if err != nil {
		return err
	}
	command.Stdout, command.Stderr = stdout, stderr
	if err := run(command, command.Wait); err != nil {
		return fmt.Errorf("installing %s: %w", folder, err)
	}
	return nil
}

// Which distributions nothing else requires, like in `pip list --not-required`: a requirement of an extra does not count.
const directProgram = `
import sys
sys.path = [folder for folder in sys.path if folder]  # the working folder's modules must not shadow the library's
import importlib.metadata, json, re

def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()

installed, required = set(), set()
for distribution in importlib.metadata.distributions():
    installed.add(normal(distribution.metadata["Name"] or ""))
    for requirement in distribution.requires or ():
        if not re.search(r";.*\bextra\b", requirement):
            required.add(normal(re.match(r"[\w.-]+", requirement).group()))
print(json.dumps(sorted(installed - required)))
`

// GetProgramDependencies returns the distributions that a program depends on, the indirect ones only when asked for.
func (h *host) GetProgramDependencies(
	call context.Context, request *pulumirpc.GetProgramDependenciesRequest,
) (*pulumirpc.GetProgramDependenciesResponse, error) {
	ctx, done := h.running.during(call)
	defer done()
	e, err := resolve(request.Info, false)
	if err != nil {
		return nil, err
	}
	var listed []plugin.DependencyInfo
	if e.options.Toolchain == toolchain.Pip {
		listed, err = h.installed(ctx, e, request.TransitiveDependencies)
	} else { // uv and poetry keep a lock file that tells
		listed, err = e.ListPackages(ctx, request.TransitiveDependencies)
	}
	if err != nil {
		return nil, err
	}
	response := &pulumirpc.GetProgramDependenciesResponse{}
	for _, entry := range listed {
		response.Dependencies = append(response.Dependencies,
			&pulumirpc.DependencyInfo{Name: entry.Name, Version: entry.Version})
	}
	return response, nil
}

// installed returns what is installed in e; without indirect, what nothing else requires.
func (h *host) installed(ctx context.Context, e *environment, indirect bool) ([]plugin.DependencyInfo, error) {
	if err := e.require(ctx, io.Discard); err != nil {
		return nil, err
	}
	held, err := h.take(ctx, e)
	if err != nil {
		return nil, err
	}
	var direct []string
	if !indirect {
		command, err := e.Command(ctx, "-c", directProgram)
		if err != nil {
			return nil, err
		}
		output, err := command.Output()
		if err != nil {
			return nil, errutil.ErrorWithStderr(err, "listing the program's own requirements")
		}
		if err := json.Unmarshal(output, &direct); err != nil {
			return nil, err
		}
	}
	var listed []plugin.DependencyInfo
	for _, entry := range held.Distributions {
		if indirect || slices.Contains(direct, entry.Name) {
			listed = append(listed, plugin.DependencyInfo{Name: entry.Name, Version: entry.Version})
		}
	}
	return listed, nil
}
