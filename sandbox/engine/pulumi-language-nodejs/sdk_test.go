package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	codegenrpc "github.com/pulumi/pulumi/sdk/v3/proto/go/codegen"
)

const widgets = `{
	"name": "widgets",
	"version": "1.2.3",
	"language": {"nodejs": {"respectSchemaVersion": true}},
	"resources": {"widgets:index:Widget": {
		"isComponent": true,
		"inputProperties": {"size": {"type": "integer", "plain": true}},
		"requiredInputs": ["size"]
	}}
}`

func generate(t *testing.T, schema string) (string, *pulumirpc.GeneratePackageResponse, error) {
	t.Helper()
	folder := t.TempDir()
	response, err := (&host{}).GeneratePackage(t.Context(), &pulumirpc.GeneratePackageRequest{
		Directory:    folder,
		Schema:       schema,
		LoaderTarget: "127.0.0.1:1", // nothing refers to another package, so that nobody is called
		ExtraFiles:   map[string][]byte{"notes/read.me": []byte("extra")},
		Local:        true,
	})
	return folder, response, err
}

func TestGeneratePackageWritesTheTypesOfASchema(t *testing.T) {
	folder, response, err := generate(t, widgets)
	if err != nil || len(response.Diagnostics) != 0 {
		t.Fatal(err, response)
	}
	for file, part := range map[string]string{
		"widget.ts":              "size: number;",
		"package.json":           `"version": "1.2.3"`,
		"scripts/postinstall.js": "tsc",
		"notes/read.me":          "extra",
	} {
		text, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(file)))
		if err != nil || !strings.Contains(string(text), part) {
			t.Errorf("%s: want %q in it, got %q, %v", file, part, text, err)
		}
	}
}

func TestGeneratePackageSaysWhatIsWrongWithASchema(t *testing.T) {
	_, response, err := generate(t, strings.Replace(widgets, `"integer"`, `"whole"`, 1))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(response.Diagnostics, func(found *codegenrpc.Diagnostic) bool {
		return strings.HasSuffix(found.Summary, "unknown type kind whole")
	}) {
		t.Errorf("got %v, want the type that does not exist", response.Diagnostics)
	}
	if _, _, err := generate(t, "no"); err == nil || !strings.HasPrefix(err.Error(), "the schema must be JSON: ") {
		t.Errorf("got %v", err)
	}
}
