# Build stage: everything that npm and the tests need stays here.
FROM public.ecr.aws/lambda/nodejs:24 AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm test

# The image: Lambda's runtime and the bundle, nothing else.
FROM public.ecr.aws/lambda/nodejs:24
COPY --from=build /build/dist/index.mjs ${LAMBDA_TASK_ROOT}/
CMD ["index.handler"]
