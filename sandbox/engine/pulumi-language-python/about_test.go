package main

import (
	"slices"
	"testing"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

func TestRuntimeOptionsPrompts(t *testing.T) {
	for name, test := range map[string]struct {
		given map[string]any
		want  []string
	}{
		"nothing chosen":              {nil, []string{"toolchain"}},
		"pip without an environment":  {map[string]any{"toolchain": "pip"}, []string{"virtualenv"}},
		"pip with one":                {map[string]any{"toolchain": "pip", "virtualenv": "venv"}, nil},
		"uv, which has its own place": {map[string]any{"toolchain": "uv"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			response, err := (&host{}).RuntimeOptionsPrompts(t.Context(),
				&pulumirpc.RuntimeOptionsRequest{Info: program(t, t.TempDir(), test.given)})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, prompt := range response.Prompts {
				got = append(got, prompt.Key)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
