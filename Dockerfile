# envlink in a container: docker build -t envlink .
FROM debian:12-slim AS build
WORKDIR /envlink
COPY . .
RUN scripts/package

FROM debian:12-slim
COPY --from=build /envlink/build/release/packages/envlink_*.deb /tmp/
RUN apt-get update \
 && apt-get install -y --no-install-recommends /tmp/envlink_*.deb \
 && rm -rf /tmp/envlink_*.deb /var/lib/apt/lists/* \
 && useradd --create-home --uid 1000 envlink
USER envlink
WORKDIR /work
ENTRYPOINT ["envlink"]
CMD ["--help"]
