"""Words of support desks that mean the same to a person who searches; looked up when a query is read, never stored.

One group a line. What the dictionary already joins (問合せ, お問い合わせ) stays out; words that only look alike
(交換 and 返品, 請求書 and 領収書) too: they would bury the right message.
"""

from functools import cache

from madoguchi.search.folding import fold

_GROUPS = """
スマホ スマートフォン スマフォ
携帯 携帯電話 ケータイ
パソコン PC コンピューター コンピュータ
アプリ アプリケーション
サイト ホームページ ウェブサイト HP
ブラウザ ブラウザー
メール Eメール 電子メール email mail
メールアドレス メアド e-mailアドレス
パスワード PW
ログイン サインイン ログオン login
ログアウト サインアウト ログオフ logout
会員登録 アカウント作成
退会 解約 脱会
申し込み 申込 申込み
キャンセル 取消 取り消し 取りやめ cancel
修正 訂正
更新 アップデート
削除 消去
問い合わせ 問合せ 問合わせ お問い合わせ 照会 inquiry
返信 回答 返事
連絡 ご連絡 コンタクト
クレーム 苦情
注文 発注 オーダー order
注文番号 オーダー番号 受注番号
購入 買い物 買った 購買
商品 製品 品物 アイテム
在庫 ストック
欠品 品切れ 売り切れ 在庫切れ 完売
再入荷 再販 入荷
予約 ブッキング
見積もり 見積 見積書 お見積り
請求書 インボイス invoice
領収書 領収証 レシート 受領書 receipt
納品書 納品明細書
支払い 支払 決済 お支払い 入金 payment
代引き 代金引換 代引
後払い 後払 あと払い
コンビニ コンビニエンスストア
クレジットカード クレカ カード払い
銀行振込 振込 振り込み 振込み
引き落とし 引落 引落し 口座振替
返金 払い戻し 払戻 払戻し リファンド refund
返品 返却 リターン return
交換 取り替え 取替 取りかえ
料金 代金 値段 価格 金額 費用
送料 配送料 配達料 shipping
割引 値引き ディスカウント
クーポン 割引券
ポイント pt
無料 タダ
税込 税込み 内税
配送 発送 配達 出荷 お届け 宅配 delivery
届け先 お届け先 配送先 送り先 送付先
追跡 トラッキング 荷物追跡
追跡番号 伝票番号 送り状番号 お問い合わせ番号
再配達 再配送
未着 届かない 不着 届いていない
遅延 遅れ 遅い 延着
到着 届いた 着荷
梱包 包装 パッケージ
ギフト 贈り物 プレゼント ラッピング
のし 熨斗 のし紙
不良品 初期不良 欠陥品 不具合品
故障 壊れた 破損 こわれた
破損 割れ 欠け ひび
不具合 バグ トラブル
エラー エラーメッセージ
動かない 動作しない 作動しない
修理 修繕 リペア
保証 ワランティ
説明書 取扱説明書 マニュアル 取説
設定 セットアップ 初期設定
部品 パーツ スペア
電池 バッテリー バッテリ
充電 チャージ
サイズ 寸法 大きさ
色 カラー 色味
写真 画像 フォト
添付 添付ファイル アタッチ
住所 所在地
引っ越し 引越し 転居 移転
電話 TEL 電話番号 でんわ
氏名 名前 お名前 姓名
担当者 担当 係
至急 急ぎ 緊急 大至急
締切 締め切り 期限 〆切
営業時間 受付時間
定休日 休業日 休み
定期購入 定期便 サブスク サブスクリプション 定期
お試し トライアル
カタログ パンフレット 冊子
メルマガ メールマガジン ニュースレター
配信停止 購読解除
利用規約 規約 約款
店舗 ショップ お店
ユーザー 利用者 ユーザ
お客様 顧客 カスタマー
傘 アンブレラ
かばん 鞄 バッグ カバン
財布 ウォレット
時計 ウォッチ
"""


@cache
def _by_word() -> dict[str, tuple[str, ...]]:
    groups = [[(word, fold(word)) for word in line.split()] for line in _GROUPS.split("\n") if line]
    found: dict[str, dict[str, None]] = {}
    for group in groups:
        for _word, folded in group:
            others = found.setdefault(folded, {})
            others.update({word: None for word, other in group if other != folded})
    return {folded: tuple(others) for folded, others in found.items()}


def synonyms(folded: str) -> tuple[str, ...]:
    """Other words for a word in comparison form, as they are usually written; empty for most."""
    return _by_word().get(folded, ())
