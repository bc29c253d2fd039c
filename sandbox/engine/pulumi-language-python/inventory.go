package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/util/errutil"
)

// inventory is what is installed in an environment.
type inventory struct {
	Executable    string         `json:"executable"`
	Version       string         `json:"version"` // of Python
	Distributions []distribution `json:"distributions"`
}

// distribution is one installed Python distribution.
type distribution struct {
	Name    string                   `json:"name"` // normalized: lower case, dashes
	Version string                   `json:"version"`
	Plugin  *plugin.PulumiPluginJSON `json:"plugin"` // its pulumi-plugin.json, nil when it has none
}

// Python is asked, because only Python knows its path: .pth files, editable installs, system packages. But not pip, which
// an environment made by uv lacks, and not importlib.metadata, which reads every file of metadata: the names of the
// folders tell, and every preview asks.
//
// The module that holds pulumi-plugin.json is by convention named like the distribution. What comes first on the path
// wins, as it does for an import.
//
// Source: Python packaging guide, "Recording installed projects" (`<name>-<version>.dist-info`).
const inventoryProgram = `
import sys
sys.path = [folder for folder in sys.path if folder]  # the working folder's modules must not shadow the library's
import json, os, platform, re

def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()

versions, plugins = {}, {}
for folder in filter(os.path.isdir, sys.path):
    for entry in os.scandir(folder):
        stem, kind = os.path.splitext(entry.name)
        if kind in (".dist-info", ".egg-info"):
            name, _, version = stem.partition("-")
            versions.setdefault(normal(name), re.sub(r"-py[\d.]+$", "", version))
        elif not kind:
            manifest = os.path.join(entry.path, "pulumi-plugin.json")
            if os.path.isfile(manifest) and normal(stem) not in plugins:
                with open(manifest, encoding="utf-8") as file:
                    plugins[normal(stem)] = json.load(file)
print(json.dumps({
    "executable": sys.executable,
    "version": platform.python_version(),
    "distributions": [
        {"name": name, "version": version, "plugin": plugins.get(name)} for name, version in sorted(versions.items())
    ],
}))
`

// take lists what is installed in e. The answer is kept: only an installation changes it, and that forgets it.
func (h *host) take(ctx context.Context, e *environment) (inventory, error) {
	command, err := e.Command(ctx, "-c", inventoryProgram)
	if err != nil {
		return inventory{}, err
	}
	if known, ok := h.inventories.Load(command.Path); ok {
		return known.(inventory), nil
	}
	var held inventory
	output, err := command.Output()
	if err == nil {
		err = json.Unmarshal(output, &held)
	}
	if err != nil {
		return held, fmt.Errorf("listing what is installed for %s: %w", command.Path, errutil.ErrorWithStderr(err, "it failed"))
	}
	h.inventories.Store(command.Path, held)
	return held, nil
}

// version returns the version of the distribution of that normalized name, "" when it is not installed.
func (i inventory) version(name string) string {
	for _, distribution := range i.Distributions {
		if distribution.Name == name {
			return distribution.Version
		}
	}
	return ""
}

// has tells whether the distribution of that normalized name is installed.
func (i inventory) has(name string) bool {
	return i.version(name) != ""
}
