package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/nodejs/npm"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"secure-ecr/sandbox/engine/service"
)

// manager returns the package manager that the project's options name; "" leaves it to the lock file.
func manager(info *pulumirpc.ProgramInfo) npm.PackageManagerType {
	given, isGiven := info.GetOptions().AsMap()["packagemanager"]
	if !isGiven {
		return ""
	}
	return npm.PackageManagerType(fmt.Sprint(given))
}

// Link adds SDKs in folders of the project to its manifest.
func (h *host) Link(ctx context.Context, request *pulumirpc.LinkRequest) (*pulumirpc.LinkResponse, error) {
	folder := request.Info.ProgramDirectory
	packages, err := npm.ResolvePackageManager(manager(request.Info), folder)
	if err != nil {
		return nil, refusal("runtime.options.packagemanager: %v", err)
	}
	var names []string
	for _, dependency := range request.Packages {
		manifest, path, err := npm.ReadPackageManifest(filepath.Join(folder, dependency.Path))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, refusal("%s: must hold the package.json of an SDK, got none", dependency.Path)
		}
		if err != nil {
			return nil, err
		}
		name, isText := manifest["name"].(string)
		if !isText {
			return nil, refusal("%s/%s: name: must be text, got %v", dependency.Path, filepath.Base(path), manifest["name"])
		}
		if err := packages.Link(ctx, folder, name, filepath.ToSlash(dependency.Path)); err != nil {
			return nil, err
		}
		names = append(names, fmt.Sprintf("%q", name))
	}
	return &pulumirpc.LinkResponse{ImportInstructions: "Import it from " + strings.Join(names, ", ")}, nil
}

// InstallDependencies lets the project's package manager install what the manifest and the lock file name.
func (h *host) InstallDependencies(
	request *pulumirpc.InstallDependenciesRequest, stream service.InstallStream,
) error {
	folder := request.Info.ProgramDirectory
	return service.Install(request, stream, func(stdout, stderr io.Writer) error {
		if _, err := npm.Install(stream.Context(), manager(request.Info), folder, false, stdout, stderr); err != nil {
			return refusal("%s: installing the dependencies: %v", folder, err)
		}
		return nil
	})
}

// refusal is an error of the person's own making, for the engine to show as one line.
func refusal(format string, values ...any) error {
	return status.Error(codes.FailedPrecondition, strings.ReplaceAll(fmt.Sprintf(format, values...), "\n", " "))
}
