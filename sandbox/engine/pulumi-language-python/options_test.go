package main

import (
	"os"
	"path/filepath"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"github.com/pulumi/pulumi/sdk/v3/python/toolchain"
	"google.golang.org/protobuf/types/known/structpb"
)

// program returns what the engine says of a program in folder whose manifest has these runtime options.
func program(t *testing.T, folder string, options map[string]any) *pulumirpc.ProgramInfo {
	t.Helper()
	encoded, err := structpb.NewStruct(options)
	if err != nil {
		t.Fatal(err)
	}
	return &pulumirpc.ProgramInfo{RootDirectory: folder, ProgramDirectory: folder, EntryPoint: ".", Options: encoded}
}

func write(t *testing.T, text string, path ...string) {
	t.Helper()
	file := filepath.Join(path...)
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestReadOptions(t *testing.T) {
	locked, bare := t.TempDir(), t.TempDir()
	write(t, "", locked, "uv.lock")
	write(t, "", locked, "poetry.lock")
	write(t, "", locked, "services", "api", "__main__.py")
	below := filepath.Join(locked, "services", "api")

	for name, test := range map[string]struct {
		folder string
		given  map[string]any
		want   toolchain.PythonOptions
	}{
		"nothing is pip": {bare, nil, toolchain.PythonOptions{Toolchain: toolchain.Pip}},
		"a lock file above chooses, uv's first": {
			below, nil, toolchain.PythonOptions{Toolchain: toolchain.Uv},
		},
		"what is named is taken in spite of lock files": {
			below, map[string]any{"toolchain": "pip"}, toolchain.PythonOptions{Toolchain: toolchain.Pip},
		},
		"everything": {
			bare,
			map[string]any{"toolchain": "poetry", "virtualenv": ".venv", "typechecker": "pyright"},
			toolchain.PythonOptions{
				Toolchain: toolchain.Poetry, Virtualenv: ".venv", Typechecker: toolchain.TypeCheckerPyright,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readOptions(program(t, test.folder, test.given))
			test.want.Root, test.want.ProgramDir = test.folder, test.folder
			if err != nil || got != test.want {
				t.Errorf("got %+v, %v, want %+v", got, err, test.want)
			}
		})
	}
}

func TestReadOptionsRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		given map[string]any
		want  string
	}{
		"a toolchain that is none": {
			map[string]any{"toolchain": "conda"}, `runtime.options.toolchain: must be one of pip, poetry, uv, got "conda"`,
		},
		"a type checker that is none": {
			map[string]any{"typechecker": "ty"}, `runtime.options.typechecker: must be one of mypy, pyright, got "ty"`,
		},
		"a number": {map[string]any{"virtualenv": 3.0}, "runtime.options.virtualenv: must be text, got 3"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readOptions(program(t, t.TempDir(), test.given))
			if got := message(err); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
