# One image for web, worker, beat and migrate: portal/devstack/production/start.sh chooses.

FROM node:22-bookworm-slim AS packages
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts

FROM python:3.13-slim-bookworm AS build
WORKDIR /app
RUN python -m venv .venv
COPY requirements/app.txt requirements/app.txt
RUN .venv/bin/pip install --no-cache-dir --require-hashes -r requirements/app.txt
COPY . .
COPY --from=packages /build/node_modules node_modules
RUN .venv/bin/python -m portal.devstack.assets --copy \
    && .venv/bin/python -m portal.devstack.catalogs \
    && PORTAL_MODE=demo STATIC_ROOT=/app/staticfiles \
       .venv/bin/python manage.py collectstatic --no-input -i fonts-ttf \
    && .venv/bin/python -m compileall -q portal programs matching agreements \
    && rm -rf node_modules .run

FROM python:3.13-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
       libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin portal
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PORTAL_MODE=production \
    STATIC_ROOT=/app/staticfiles
USER 10001
EXPOSE 8000
ENTRYPOINT ["sh", "/app/portal/devstack/production/start.sh"]
CMD ["web"]
