// Package libopenapi stands where the parser of OpenAPI documents would be.
//
// The engine parses one with it, the description of Pulumi Cloud's API, for `pulumi api`. Compiling the parser is a
// fifth of compiling the whole engine. Here are the names that the engine's source uses, and one refusal.
package libopenapi

import (
	"errors"

	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
)

// Document is never had: see NewDocument.
type Document interface {
	BuildV3Model() (*DocumentModel[v3.Document], error)
}

// DocumentModel is never had: see NewDocument.
type DocumentModel[T any] struct{ Model T }

// NewDocument refuses.
func NewDocument([]byte) (Document, error) {
	return nil, errors.New("this engine was built without a parser of OpenAPI documents; use an official release of pulumi")
}
