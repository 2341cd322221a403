# The relay in a container: docs/hosting.md says how to run it, compose.yaml shows it.

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# No script of a package runs: what is needed to build has none.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
ARG RELAY_COMMIT=""
ENV RELAY_COMMIT=$RELAY_COMMIT
RUN npm run build

FROM node:24-slim
# GLIBC_TUNABLES and the flags below keep the memory small: relay/cli/main.ts says why.
ENV NODE_ENV=production \
    GLIBC_TUNABLES=glibc.malloc.arena_max=1:glibc.malloc.mmap_threshold=8192:glibc.malloc.trim_threshold=65536 \
    HOST=0.0.0.0 \
    PORT=8080 \
    RELAY_DATA_DIR=/data
WORKDIR /app
# All that the relay needs is in there, its packages too.
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
# The only folder that the relay writes to, and only without DATABASE_URL.
RUN mkdir /data && chown 1000:1000 /data
VOLUME /data
# The image's user `node`, as a number: Kubernetes takes no name for proof that it is not root.
USER 1000:1000
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["node", "dist/relay/cli/healthcheck.js"]
CMD ["node", "--max-semi-space-size=8", "--heap-growing-percent=65", "--no-minor-gc-task", "--no-allocation-site-pretenuring", "--no-parallel-scavenge", "dist/relay/cli/main.js", "run"]
