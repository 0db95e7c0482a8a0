// openapi2kong of decK, from the module that decK takes it from: made for tests by scripts/install-test-tools.sh, to compare with
// what we make of the same contracts (docs/gateway.md).
module fountain.invalid/openapi2kong

go 1.24.0

tool github.com/kong/go-apiops

require (
	github.com/bahlo/generic-list-go v0.2.0 // indirect
	github.com/buger/jsonparser v1.1.1 // indirect
	github.com/go-logr/logr v1.4.2 // indirect
	github.com/go-logr/stdr v1.2.2 // indirect
	github.com/google/uuid v1.6.0 // indirect
	github.com/inconshreveable/mousetrap v1.1.0 // indirect
	github.com/kong/go-apiops v0.4.2 // indirect
	github.com/kong/go-slugify v1.0.0 // indirect
	github.com/mozillazg/go-unidecode v0.2.0 // indirect
	github.com/pb33f/jsonpath v0.7.1 // indirect
	github.com/pb33f/libopenapi v0.33.0 // indirect
	github.com/pb33f/ordered-map/v2 v2.3.0 // indirect
	github.com/spf13/cobra v1.8.1 // indirect
	github.com/spf13/pflag v1.0.5 // indirect
	go.yaml.in/yaml/v4 v4.0.0-rc.4 // indirect
	golang.org/x/sync v0.19.0 // indirect
	golang.org/x/sys v0.30.0 // indirect
	golang.org/x/term v0.29.0 // indirect
	sigs.k8s.io/yaml v1.4.0 // indirect
)
