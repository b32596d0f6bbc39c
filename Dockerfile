# Lambda's runtime; give it with a digest (BASE_IMAGE=…:24@sha256:…) to build the same image again.
ARG BASE_IMAGE=public.ecr.aws/lambda/nodejs:24

# The sources and what npm installs for them. The bundle fits every architecture, so that this runs on the machine's own.
# Behind a proxy: --secret id=npmrc,src=FILE is npm's configuration, --secret id=ca,src=FILE a CA to trust beside Node's.
FROM --platform=$BUILDPLATFORM ${BASE_IMAGE} AS sources
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=secret,id=npmrc --mount=type=secret,id=ca \
    if [ -f /run/secrets/npmrc ]; then export NPM_CONFIG_USERCONFIG=/run/secrets/npmrc; fi; \
    if [ -f /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi; \
    npm ci
COPY . .

# Only CI builds this stage, with --target test.
FROM sources AS test
RUN npm test

FROM sources AS build
RUN npm run build
# Lambda chooses the user that runs the image: every user must be able to read the bundle.
RUN chmod -R a+rX dist

# The image: Lambda's runtime, the bundle and the page of its reports, nothing else.
FROM ${BASE_IMAGE}
ARG BASE_IMAGE
ARG VERSION=unreleased
ARG REVISION=unknown
LABEL org.opencontainers.image.title="aws-ecr-cleaner" \
      org.opencontainers.image.description="Deletes the images from Amazon ECR that are old and that nothing uses" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="${BASE_IMAGE}"
COPY --from=build /build/dist/index.mjs /build/dist/report.html ${LAMBDA_TASK_ROOT}/
COPY --from=build /build/dist/handler/*.mjs ${LAMBDA_TASK_ROOT}/handler/
CMD ["index.handler"]
