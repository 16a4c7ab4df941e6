# One static binary, alone in the image: no shell, no package manager, not root.
# It runs with a read-only root file system; only /data is written to.

FROM --platform=$BUILDPLATFORM node:22-bookworm-slim AS console
WORKDIR /src/web
COPY web/package.json web/package-lock.json web/.npmrc ./
RUN npm ci --no-audit --no-fund
COPY openapi.yaml ../
COPY web .
RUN npm run build

FROM --platform=$BUILDPLATFORM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=console /src/web/dist web/dist
ARG VERSION=dev TARGETOS TARGETARCH
RUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -trimpath \
    -ldflags "-s -w -X github.com/tokenry/tokenry/internal/app.Version=$VERSION" -o /out/tokenry . \
    && install -d -m 0700 /out/data

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/tokenry /tokenry
COPY --from=build --chown=65534:65534 /out/data /data
# SQLite sorts what does not fit into memory in a file, and there is no /tmp.
ENV TOKENRY_LISTEN=0.0.0.0:8080 TOKENRY_DATA_DIR=/data SQLITE_TMPDIR=/data
USER 65534:65534
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["/tokenry", "healthcheck"]
ENTRYPOINT ["/tokenry"]
CMD ["serve"]
