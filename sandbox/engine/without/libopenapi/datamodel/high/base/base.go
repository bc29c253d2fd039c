// Package base has the parts of a document that versions of OpenAPI share.
package base

import (
	"github.com/pb33f/libopenapi/orderedmap"
	"go.yaml.in/yaml/v4"
)

// Schema has the fields that the engine reads.
type Schema struct {
	Type                         []string
	Description, Format, Pattern string
	Enum                         []*yaml.Node
	Default                      *yaml.Node
	Required                     []string
	Nullable                     *bool
	MinLength, MaxLength         *int64
	Minimum, Maximum, MultipleOf *float64
	AllOf, AnyOf, OneOf          []*SchemaProxy
	Properties                   *orderedmap.Map[string, *SchemaProxy]
	AdditionalProperties, Items  *DynamicValue[*SchemaProxy, bool]
	Discriminator                *Discriminator
	ReadOnly                     *bool
	Extensions                   *orderedmap.Map[string, *yaml.Node]
}

// GoLow returns nothing.
func (*Schema) GoLow() *Low { return nil }

// MarshalJSONInline returns nothing.
func (*Schema) MarshalJSONInline() ([]byte, error) { return nil, nil }

// Low has what the engine asks of a schema's source.
type Low struct{}

// Hash returns 0.
func (*Low) Hash() uint64 { return 0 }

// SchemaProxy stands for a schema.
type SchemaProxy struct{}

// Schema returns nothing.
func (*SchemaProxy) Schema() *Schema { return nil }

// IsReference returns false.
func (*SchemaProxy) IsReference() bool { return false }

// GetReference returns "".
func (*SchemaProxy) GetReference() string { return "" }

// DynamicValue is one of two things.
type DynamicValue[A, B any] struct {
	A A
	B B
}

// IsA returns false.
func (*DynamicValue[A, B]) IsA() bool { return false }

// Discriminator has the fields that the engine reads.
type Discriminator struct {
	PropertyName string
	Mapping      *orderedmap.Map[string, string]
}

// Info has the field that the engine reads.
type Info struct{ Version string }
