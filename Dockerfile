# The image of the control API. Its context is control-api/dist, with what control-api/bundle.ts has put there
# (scripts/build-images.sh does both). No RUN: it builds without a network, and for any platform of Linux with glibc.
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
ENV MALLOC_ARENA_MAX=1
# Inside a container, loopback would be the container's own: it is published on the host's loopback alone (see
# docs/control-api-image.md), and for every other address than loopback the program wants CONTROL_API_TOKEN.
ENV HOST=0.0.0.0
ENV PORT=8000
# The only folder that is written to, so that the root can be read-only.
ENV DATA_DIR=/data
COPY base/ /app/
COPY --chown=1000:1000 data/ /data/

ARG VERSION
ARG REVISION
ARG SOURCE
LABEL org.opencontainers.image.title="fountainai-control" \
  org.opencontainers.image.description="The control API: rolls the FountainAI storytelling stack out to AWS Lightsail, call by call" \
  org.opencontainers.image.version="${VERSION}" \
  org.opencontainers.image.revision="${REVISION}" \
  org.opencontainers.image.source="${SOURCE}" \
  org.opencontainers.image.licenses="MIT"
COPY packages/ /app/packages/
COPY lazy/ /app/lazy/
COPY server.mjs host-runner.sh /app/
# The committed manifests and contracts; a folder of one's own is mounted over either.
COPY stack/ /app/
WORKDIR /app
USER 1000:1000
VOLUME /data
EXPOSE 8000
# By the shell: another node would take as much memory as the control API, every time.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 CMD ["bash", "-c", \
  "exec 3<>/dev/tcp/127.0.0.1/${PORT:-8000} && printf 'GET /health HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && read -r _ status _ <&3 && [ \"$status\" = 200 ]"]
# A small heap, collected often, and two compilers less: 30 MB less than with all of them.
ENTRYPOINT ["node", "--max-semi-space-size=1", "--max-old-space-size=96", "--no-maglev", "--no-sparkplug", "server.mjs"]
