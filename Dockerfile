# Fairlead with git, kustomize and helm, the latter two built from the modules that the tests use, and fairlead-jail, which
# starts them. For that the container needs no privilege, but a kernel with Landlock: /readyz says whether there is one.
#
#   docker build -t fairlead .
#   docker run --env-file .env -p 3000:3000 -v /etc/fairlead:/etc/fairlead:ro fairlead
#
# What is mounted must be readable by user 1000; Redis is not on localhost in there.
#
# A cluster process (FAIRLEAD_ROLES=cluster) runs none of the four and can do without them.

FROM golang:1.26-bookworm AS tools
ENV CGO_ENABLED=0 GOBIN=/tools
WORKDIR /src/kubernetes
COPY sandbox/cluster/tools/kubernetes/go.mod sandbox/cluster/tools/kubernetes/go.sum ./
RUN go install -trimpath -ldflags '-s -w' sigs.k8s.io/kustomize/kustomize/v5
WORKDIR /src/helm
COPY sandbox/cluster/tools/helm/go.mod sandbox/cluster/tools/helm/go.sum ./
RUN go install -trimpath -ldflags '-s -w' helm.sh/helm/v4/cmd/helm
WORKDIR /src/jail
COPY src/adapters/render/jail ./
RUN go install -trimpath -ldflags '-s -w' fairlead-jail

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM node:24-bookworm-slim
# util-linux brings prlimit and unshare, which bound the renderers where the kernel cannot jail them. tini collects what is left of programs that were
# ended with others below them: git's, for example.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates git tini util-linux \
  && rm -rf /var/lib/apt/lists/*
COPY --from=tools /tools/kustomize /tools/helm /tools/fairlead-jail /usr/local/bin/
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY package.json LICENSE ./
COPY src src
# What comments refer to, the web role shows.
COPY docs/cluster.yaml docs/orphaned.md docs/
ENV NODE_ENV=production
# The user `node` of the image, by number: Kubernetes' runAsNonRoot wants to see that it is not root.
USER 1000:1000
EXPOSE 3000
ENTRYPOINT ["tini", "--"]
# About 400 MiB at ten releases of 1,000 objects at once instead of 600 to 700, for a tenth more processor time: one arena
# for all threads, small spaces for young objects, and old ones collected when a third more of them is there.
ENV MALLOC_ARENA_MAX=1
# Node itself and not npm: it has to see SIGTERM, to drain.
CMD ["node", "--max-semi-space-size=16", "--heap-growing-percent=30", "src/main.ts"]
