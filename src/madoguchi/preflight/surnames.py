"""The commonest family names of Japan: alone, 鈴木様より or 佐藤さんの醤油, they point at no customer of ours."""

from madoguchi.search.folding import fold_name

_COMMON = """
佐藤 鈴木 高橋 田中 伊藤 渡辺 渡邊 渡部 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 斎藤 斉藤 齋藤 清水
山崎 森 池田 橋本 阿部 石川 山下 中島 石井 小川 前田 岡田 長谷川 藤田 後藤 近藤 村上 遠藤 青木 坂本 福田 太田 西村 藤井
金子 岡本 藤原 中野 三浦 原田 中川 松田 竹内 小野 田村 中山 和田 石田 森田 上田 原 内田 柴田 酒井 宮崎 横山 高木 安藤
宮本 大野 小島 谷口 今井 工藤 高田 増田 丸山 杉山 村田 大塚 新井 小山 平野 藤本 河野 上野 野口 武田 松井 千葉 菅原 岩崎
久保 木下 佐野 野村 松尾 市川 菊地 菊池 杉本 古川 大西 島田 水野 桜井 高野 渡 吉川 山内 西田 飯田 西川 小松 北村 安田
五十嵐 川口 平田 関 中田 久保田 服部 東 岩田 土屋 川崎 福島 本田 辻 樋口 永井 秋山 田口 小池 山中 中西 吉村 川上 石原
大橋 松岡 馬場 浜田 森本 星野 矢野 浅野 大久保 吉岡 松下 野田 荒木 小西 望月 荒井 熊谷 松村 早川 菅 堀 田辺 黒田
"""
#: In the form of `fold_name`.
COMMON_SURNAMES = frozenset(map(fold_name, _COMMON.split()))
