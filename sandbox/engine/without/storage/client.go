// Package storage stands where the client of Google Cloud Storage would be.
//
// The engine keeps state there when a person says `pulumi login gs://…`. Compiling the client, and a second way to reach
// it that the engine does not use, is a tenth of compiling the whole engine. Here are the names that gocloud.dev and the
// engine use, and one refusal: without a client nothing else here can be reached.
package storage

import (
	"context"
	"errors"
	"io"
	"time"

	"google.golang.org/api/iterator"
	"google.golang.org/api/option"
)

// ScopeReadWrite is what a credential must allow.
const ScopeReadWrite = "https://www.googleapis.com/auth/devstorage.read_write"

var (
	ErrBucketNotExist = errors.New("storage: bucket doesn't exist")
	ErrObjectNotExist = errors.New("storage: object doesn't exist")

	errAbsent = errors.New("this engine was built without Google Cloud Storage; use an official release of pulumi")
)

// Client is never had: see NewClient.
type Client struct{}

// NewClient refuses.
func NewClient(context.Context, ...option.ClientOption) (*Client, error) { return nil, errAbsent }

func (*Client) Bucket(string) *BucketHandle { return &BucketHandle{} }

type BucketHandle struct{}

func (*BucketHandle) Object(string) *ObjectHandle { return &ObjectHandle{} }

func (*BucketHandle) Objects(context.Context, *Query) *ObjectIterator { return &ObjectIterator{} }

type Query struct{ Prefix, Delimiter string }

type ObjectIterator struct{}

func (*ObjectIterator) PageInfo() *iterator.PageInfo { return &iterator.PageInfo{} }

type ObjectHandle struct{}

type Conditions struct{ DoesNotExist bool }

func (o *ObjectHandle) If(Conditions) *ObjectHandle { return o }

func (*ObjectHandle) Attrs(context.Context) (*ObjectAttrs, error) { return nil, errAbsent }

func (*ObjectHandle) NewRangeReader(context.Context, int64, int64) (*Reader, error) {
	return nil, errAbsent
}

func (*ObjectHandle) NewWriter(context.Context) *Writer { return &Writer{} }

func (*ObjectHandle) CopierFrom(*ObjectHandle) *Copier { return &Copier{} }

func (*ObjectHandle) Delete(context.Context) error { return errAbsent }

type ObjectAttrs struct {
	Name, Prefix, Etag, CacheControl, ContentDisposition string
	ContentEncoding, ContentLanguage, ContentType        string
	Metadata                                             map[string]string
	Created, Updated                                     time.Time
	Size                                                 int64
	MD5                                                  []byte
}

type Reader struct{ Attrs ReaderObjectAttrs }

type ReaderObjectAttrs struct {
	ContentType  string
	LastModified time.Time
	Size         int64
}

func (*Reader) Read([]byte) (int, error) { return 0, errAbsent }

func (*Reader) Close() error { return errAbsent }

type Writer struct {
	ObjectAttrs
	ChunkSize             int
	ForceEmptyContentType bool
}

var _ io.WriteCloser = (*Writer)(nil)

func (*Writer) Write([]byte) (int, error) { return 0, errAbsent }

func (*Writer) Close() error { return errAbsent }

type Copier struct{}

func (*Copier) Run(context.Context) (*ObjectAttrs, error) { return nil, errAbsent }

type SignedURLOptions struct {
	GoogleAccessID string
	PrivateKey     []byte
	SignBytes      func([]byte) ([]byte, error)
	Method         string
	Expires        time.Time
	ContentType    string
}

func SignedURL(string, string, *SignedURLOptions) (string, error) { return "", errAbsent }
