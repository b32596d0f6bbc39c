# Lambda's runtime; give it with a digest (BASE_IMAGE=…:24@sha256:…) to build the same image again.
ARG BASE_IMAGE=public.ecr.aws/lambda/nodejs:24

# Build stage: everything that npm and the tests need stays here. The bundle fits every architecture, so that this
# runs on the machine's own.
FROM --platform=$BUILDPLATFORM ${BASE_IMAGE} AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm test

# The image: Lambda's runtime and the bundle, nothing else; readable by whatever user Lambda runs it as.
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
COPY --from=build --chmod=644 /build/dist/index.mjs ${LAMBDA_TASK_ROOT}/
CMD ["index.handler"]
