"""Knowledge (ナレッジ): the articles that answer a question once for all, in categories, with their history and use.

Owns Category, Article, ArticleVersion and Use. What is 公開 has an address of its own that the portal serves; what is
社内限定 is for the people of the desk. Writes no letter: how an article gets into one is a matter of the faces.
"""
