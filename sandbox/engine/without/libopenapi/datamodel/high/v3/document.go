// Package v3 has the parts of a document of OpenAPI 3.
package v3

import (
	"github.com/pb33f/libopenapi/datamodel/high/base"
	"github.com/pb33f/libopenapi/orderedmap"
	"go.yaml.in/yaml/v4"
)

// Document has the fields that the engine reads.
type Document struct {
	Info       *base.Info
	Paths      *Paths
	Components *Components
}

// Components has the field that the engine reads.
type Components struct {
	Schemas *orderedmap.Map[string, *base.SchemaProxy]
}

// Paths has the field that the engine reads.
type Paths struct {
	PathItems *orderedmap.Map[string, *PathItem]
}

// PathItem has the fields that the engine reads.
type PathItem struct {
	Get, Post, Put, Delete, Patch, Head *Operation
}

// Operation has the fields that the engine reads.
type Operation struct {
	OperationId, Summary, Description string
	Tags                              []string
	Parameters                        []*Parameter
	RequestBody                       *RequestBody
	Responses                         *Responses
	Deprecated                        *bool
	Extensions                        *orderedmap.Map[string, *yaml.Node]
}

// Parameter has the fields that the engine reads.
type Parameter struct {
	Name, In, Description string
	Required              *bool
	Schema                *base.SchemaProxy
}

// RequestBody has the field that the engine reads.
type RequestBody struct {
	Content *orderedmap.Map[string, *MediaType]
}

// Responses has the fields that the engine reads.
type Responses struct {
	Codes   *orderedmap.Map[string, *Response]
	Default *Response
}

// Response has the fields that the engine reads.
type Response struct {
	Description string
	Content     *orderedmap.Map[string, *MediaType]
}

// MediaType has the field that the engine reads.
type MediaType struct{ Schema *base.SchemaProxy }
