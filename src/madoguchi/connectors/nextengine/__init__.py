"""NEXT ENGINE (ネクストエンジン): orders, their lines and stock by its API."""
