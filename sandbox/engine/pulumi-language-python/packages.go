package main

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// pluginless are distributions of old releases that say by no manifest that they have no plugin.
var pluginless = map[string]bool{"pulumi-policy": true, "pulumi-esc-sdk": true}

// GetRequiredPackages returns the plugins that the installed Python packages need, for the engine to install.
func (h *host) GetRequiredPackages(
	call context.Context, request *pulumirpc.GetRequiredPackagesRequest,
) (*pulumirpc.GetRequiredPackagesResponse, error) {
	ctx, done := h.running.during(call)
	defer done()
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
	// Asked before anything is registered, so the better place to say it than Run. The Python on PATH may be another one
	// than that which the manifest of a plugin leaves to a default.
	if e.options.Virtualenv != "" {
		if err := e.requirePulumi(ctx, held); err != nil {
			return nil, err
		}
	}
	response := &pulumirpc.GetRequiredPackagesResponse{}
	for _, distribution := range held.Distributions {
		if required := distribution.requires(); required != nil {
			response.Packages = append(response.Packages, required)
		}
	}
	return response, nil
}

// requires returns the plugin that d needs, nil when it needs none or does not say which.
//
// A distribution with a manifest, or with a name of Pulumi's own, stands for a plugin; what its manifest leaves out
// follows from its name and version. A pre-release does not tell its plugin's version and needs a manifest that does.
func (d distribution) requires() *pulumirpc.PackageDependency {
	if pluginless[d.Name] || d.Plugin == nil && !strings.HasPrefix(d.Name, "pulumi-") {
		return nil
	}
	manifest := d.Plugin
	if manifest == nil {
		manifest = &plugin.PulumiPluginJSON{Resource: true}
	}
	if !manifest.Resource {
		return nil
	}
	name := manifest.Name
	if name == "" {
		name = strings.TrimPrefix(d.Name, "pulumi-")
	}
	version := manifest.Version
	if version == "" {
		version = pluginVersion(d.Version)
	}
	if version == "" {
		return nil
	}
	return &pulumirpc.PackageDependency{
		Name:             name,
		Version:          "v" + strings.TrimPrefix(version, "v"),
		Kind:             "resource",
		Server:           manifest.Server,
		Parameterization: parameterization(manifest.Parameterization),
		Extension:        parameterization(manifest.ExtensionParameterization),
	}
}

func parameterization(given *plugin.PulumiParameterizationJSON) *pulumirpc.PackageParameterization {
	if given == nil {
		return nil
	}
	return &pulumirpc.PackageParameterization{Name: given.Name, Version: given.Version, Value: given.Value}
}

// pythonVersion is what Python calls a version, without an epoch and a local part.
//
// Source: PEP 440, "Version scheme".
var pythonVersion = regexp.MustCompile(`^(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:(a|b|rc)(\d+))?(?:\.post(\d+))?(?:\.dev(\d+))?$`)

// pluginVersion returns the semantic version that stands for a Python version, "" when none does.
func pluginVersion(python string) string {
	part := pythonVersion.FindStringSubmatch(python)
	if part == nil {
		return ""
	}
	for i := range part[1:4] {
		if part[1+i] == "" {
			part[1+i] = "0"
		}
	}
	version := strings.Join(part[1:4], ".")
	if part[4] != "" {
		version += fmt.Sprintf("-%s.%s", map[string]string{"a": "alpha", "b": "beta", "rc": "rc"}[part[4]], part[5])
	}
	build := ""
	if part[6] != "" {
		build += "post" + part[6]
	}
	if part[7] != "" {
		build += "dev" + part[7]
	}
	if build != "" {
		version += "+" + build
	}
	return version
}
