package main

import (
	"path/filepath"
	"reflect"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
)

func TestTake(t *testing.T) {
	folder := t.TempDir()
	site := filepath.Join(folder, "site")
	t.Setenv("PYTHONPATH", site)
	t.Chdir(folder)
	write(t, "raise SystemExit('the working folder is not the library')", folder, "json.py")
	write(t, "", site, "pulumi_acme-1.2.3.dist-info", "METADATA")
	write(t, `{"resource": true, "name": "acme"}`, site, "pulumi_acme", "pulumi-plugin.json")
	write(t, "", site, "Old.Tool-0.1-py3.11.egg-info")
	write(t, "", site, "no_distribution", "__init__.py")

	e, err := resolve(program(t, folder, nil), false)
	if err != nil {
		t.Fatal(err)
	}
	held, err := (&host{}).take(t.Context(), e)
	if err != nil {
		t.Fatal(err)
	}
	var got []distribution
	for _, entry := range held.Distributions {
		if entry.Name == "pulumi-acme" || entry.Name == "old-tool" || entry.Name == "no-distribution" {
			got = append(got, entry)
		}
	}
	want := []distribution{
		{Name: "old-tool", Version: "0.1"},
		{Name: "pulumi-acme", Version: "1.2.3", Plugin: &plugin.PulumiPluginJSON{Resource: true, Name: "acme"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if !filepath.IsAbs(held.Executable) || held.Version == "" {
		t.Errorf("got executable %q of version %q", held.Executable, held.Version)
	}
}
