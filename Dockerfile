# SPDX-License-Identifier: Apache-2.0
# The checkup without browsers, compilers and whatever else a run never loads: about 29 MB on top of Node's slim image.
# Built with BuildKit or buildah, which set BUILDPLATFORM and TARGETARCH.
ARG NODE_VERSION=24.21.0
# Debian 13: Node's images of Debian 12 have no s390x since July 2026 (https://github.com/nodejs/docker-node/pull/2557).
ARG NODE_IMAGE=docker.io/library/node:${NODE_VERSION}-trixie-slim

# All that runs during a build runs here, on the processor of the builder: an image for another one needs no emulation.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS tree
# Code compiled for this architecture is retained only if the image is for it.
ARG TARGETARCH
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# The packages of development bring what makes the others small.
RUN npm ci --ignore-scripts
COPY . .
# At its final path: what it starts quickly from is kept by path.
RUN node image/tree.ts /opt/kubevirt-vm-latency
# For whoever it runs as: OpenShift gives any user id, and group 0.
RUN install -d -m 2775 /image/artifacts

FROM ${NODE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="kubevirt-vm-latency" \
      org.opencontainers.image.description="Checks whether two KubeVirt virtual machines on a network reach each other, and how fast" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
COPY --from=tree /opt/kubevirt-vm-latency /opt/kubevirt-vm-latency
# What is copied by its own name keeps its mode only as part of another directory.
COPY --from=tree /image/ /
WORKDIR /opt/kubevirt-vm-latency
ENV HOME=/ \
    ARTIFACTS_DIR=/artifacts \
    MALLOC_ARENA_MAX=1 \
    PLAYWRIGHT_TRANSFORM_CACHE_DIR=/opt/kubevirt-vm-latency/.cache/image/translated \
    NODE_COMPILE_CACHE=/opt/kubevirt-vm-latency/.cache/image/compiled \
    npm_config_cache=/tmp/.npm \
    npm_config_logs_max=0 \
    npm_config_script_shell=/bin/bash \
    npm_config_update_notifier=false
VOLUME /artifacts
USER 1001:0
# Kubernetes and docker stop send this one instead of SIGTERM; the checkup takes either.
STOPSIGNAL SIGINT
ENTRYPOINT ["node", "--max-semi-space-size=1", "--v8-pool-size=1", "--import", "./reporters/supervision/preload.ts", "node_modules/@playwright/test/cli.js", "test"]
