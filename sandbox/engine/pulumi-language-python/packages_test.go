package main

import (
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/proto"
)

func TestPluginVersion(t *testing.T) {
	for python, want := range map[string]string{
		"7.51.1":            "7.51.1",
		"1":                 "1.0.0",
		"1.2":               "1.2.0",
		"2.14.0a1605583329": "2.14.0-alpha.1605583329",
		"1.2.3b4":           "1.2.3-beta.4",
		"1.2.3rc4":          "1.2.3-rc.4",
		"1.2.3.post4":       "1.2.3+post4",
		"1.2.3.post4.dev5":  "1.2.3+post4dev5",
		"1.2.3a4.dev5":      "1.2.3-alpha.4+dev5",
		"1!1.2.3":           "", // epochs have no counterpart
		"1.2.3.4":           "", // nor has a fourth number
		"1.2.3+local":       "",
		"":                  "",
	} {
		if got := pluginVersion(python); got != want {
			t.Errorf("pluginVersion(%q) = %q, want %q", python, got, want)
		}
	}
}

func TestRequires(t *testing.T) {
	for name, test := range map[string]struct {
		given distribution
		want  *pulumirpc.PackageDependency
	}{
		"a manifest says it all": {
			distribution{Name: "pulumi-aws", Version: "7.0.0", Plugin: &plugin.PulumiPluginJSON{
				Resource: true, Name: "aws", Version: "v7.51.1", Server: "https://example.com",
			}},
			&pulumirpc.PackageDependency{Name: "aws", Version: "v7.51.1", Kind: "resource", Server: "https://example.com"},
		},
		"a manifest that says little": {
			distribution{Name: "pulumi-aws", Version: "7.51.1", Plugin: &plugin.PulumiPluginJSON{Resource: true}},
			&pulumirpc.PackageDependency{Name: "aws", Version: "v7.51.1", Kind: "resource"},
		},
		"a name of Pulumi's": {
			distribution{Name: "pulumi-random", Version: "4.1"},
			&pulumirpc.PackageDependency{Name: "random", Version: "v4.1.0", Kind: "resource"},
		},
		"another name with a manifest": {
			distribution{Name: "acme-cloud", Version: "1.0.0", Plugin: &plugin.PulumiPluginJSON{
				Resource: true,
				Name:     "terraform-provider",
				Parameterization: &plugin.PulumiParameterizationJSON{
					Name: "acme", Version: "2.0.0", Value: []byte("x"),
				},
			}},
			&pulumirpc.PackageDependency{
				Name: "terraform-provider", Version: "v1.0.0", Kind: "resource",
				Parameterization: &pulumirpc.PackageParameterization{Name: "acme", Version: "2.0.0", Value: []byte("x")},
			},
		},
		"another name":                 {distribution{Name: "boto3", Version: "1.0.0"}, nil},
		"the SDK itself":               {distribution{Name: "pulumi", Version: "3.272.0"}, nil},
		"a manifest that says no":      {distribution{Name: "pulumi-x", Version: "1.0.0", Plugin: &plugin.PulumiPluginJSON{}}, nil},
		"known to have no plugin":      {distribution{Name: "pulumi-policy", Version: "1.0.0"}, nil},
		"a version without a plugin's": {distribution{Name: "pulumi-x", Version: "1.0.0+local"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.given.requires(); !proto.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}
