# docker build -t pingone-mock .
# docker build -t pingone-mock --target distroless .     (smaller, and no shell)

ARG NODE_IMAGE=node:24-slim

# Nothing that is built depends on the platform, so a build for several of them needs no emulation.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json README.md ./
COPY tools ./tools
COPY fixtures ./fixtures
COPY examples/postman ./examples/postman
COPY docs ./docs
COPY src ./src
# The empty folder is where a seed is mounted.
RUN npm run build && mkdir seed

# Process 1 gets no signal before it asks for it, and no program in JavaScript asks soon enough: this one does, and has no
# dependencies. Debian's package is unpacked here, also for another platform, so that the shipped stages run nothing.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS init
ARG TARGETARCH
WORKDIR /init
RUN arch="${TARGETARCH:-$(dpkg --print-architecture)}" && dpkg --add-architecture "$arch" && apt-get update && \
    apt-get download "tini:$arch" && dpkg --extract tini_*.deb .

# The program with V8's code cache, which fits the Node.js that made it: so each image makes its own, on its own platform. For
# another platform than the builder's that is the one step that is emulated.
FROM gcr.io/distroless/nodejs24-debian12:nonroot AS distroless-cache
USER 0
WORKDIR /app
COPY --from=build /app/dist/cli.js /app/dist/*.cjs ./dist/
COPY tools/make-code-cache.mjs ./
RUN ["/nodejs/bin/node", "make-code-cache.mjs", "dist"]

FROM ${NODE_IMAGE} AS slim-cache
WORKDIR /app
COPY --from=build /app/dist/cli.js /app/dist/*.cjs ./dist/
COPY tools/make-code-cache.mjs ./
RUN ["node", "make-code-cache.mjs", "dist"]

FROM gcr.io/distroless/nodejs24-debian12:nonroot AS distroless
LABEL org.opencontainers.image.title="pingone-mock" \
      org.opencontainers.image.description="PingOne's authorization server on your own machine, for development and tests" \
      org.opencontainers.image.source="https://github.com/pingone-mock/pingone-mock" \
      org.opencontainers.image.licenses="MIT"
# By default each thread has an arena of its own for what is not JavaScript: 20 MB that nothing uses.
ENV MALLOC_ARENA_MAX=2 PINGONE_MOCK_HOST=0.0.0.0 PINGONE_MOCK_SEED_DIR=/seed
WORKDIR /app
COPY --from=build /app/seed /seed
COPY --from=distroless-cache /app/dist ./dist/
COPY --from=init /init/usr/bin/tini-static /tini
EXPOSE 9400 9443
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --start-interval=250ms --retries=3 \
  CMD ["/nodejs/bin/node", "dist/cli.js", "healthcheck"]
# A program that a signal ends before it can handle it has ended well.
ENTRYPOINT ["/tini", "-e", "143", "-e", "130", "-e", "129", "--", "/nodejs/bin/node", "dist/cli.js"]

# The last stage is the one that is built by default.
FROM ${NODE_IMAGE} AS slim
LABEL org.opencontainers.image.title="pingone-mock" \
      org.opencontainers.image.description="PingOne's authorization server on your own machine, for development and tests" \
      org.opencontainers.image.source="https://github.com/pingone-mock/pingone-mock" \
      org.opencontainers.image.licenses="MIT"
# By default each thread has an arena of its own for what is not JavaScript: 20 MB that nothing uses.
ENV MALLOC_ARENA_MAX=2 PINGONE_MOCK_HOST=0.0.0.0 PINGONE_MOCK_SEED_DIR=/seed
WORKDIR /app
COPY --from=build /app/seed /seed
COPY --from=slim-cache /app/dist ./dist/
COPY --from=init /init/usr/bin/tini-static /tini
EXPOSE 9400 9443
# A number, so that Kubernetes' runAsNonRoot can tell.
USER 1000
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --start-interval=250ms --retries=3 \
  CMD ["node", "dist/cli.js", "healthcheck"]
ENTRYPOINT ["/tini", "-e", "143", "-e", "130", "-e", "129", "--", "node", "dist/cli.js"]
