"""Kanji that are written differently but read and searched as one; CJK compatibility forms are left to NFKC.

Two tables, because the dictionary looks at the text in between. `TO_STANDARD` turns old and rare forms into
the form the dictionary knows, before words are cut. `TO_COMPARE` joins forms that are both in daily use
(斎 and 斉, 埼 and 崎): applied to words only after cutting, or 埼玉 would fall apart.
In each group the first character stands for the others.
"""

_OLD_FORMS = """
亜亞 悪惡 圧壓 囲圍 医醫 為爲 壱壹弌 稲稻 飲飮 隠隱 営營 栄榮 衛衞 駅驛 悦悅 閲閱 円圓 塩鹽 縁緣 艶艷豔 応應 欧歐
殴毆 桜櫻 奥奧 横橫 温溫 穏穩 仮假 価價 画畫畵 会會 絵繪 壊壞 懐懷 拡擴 殻殼 覚覺 学學斈 岳嶽 楽樂 渇渴 缶罐 巻卷
陥陷 勧勸 寛寬 関關 歓歡 観觀 顔顏 既旣 帰歸 気氣 亀龜 偽僞 戯戲 犠犧 旧舊 拠據 挙擧舉 虚虛 峡峽 挟挾 狭狹 教敎
郷鄕鄉 暁曉 区區 駆驅 勲勳 薫薰 群羣 径徑 茎莖 恵惠 掲揭 渓溪谿 経經 蛍螢 軽輕 継繼 鶏鷄雞 芸藝埶 撃擊 欠缺 研硏
県縣 倹儉 剣劍劔劒釼 険險 圏圈 検檢 献獻 権權 顕顯 験驗 厳嚴 戸戶 呉吳 娯娛 効效 広廣 恒恆 黄黃 鉱鑛礦 号號 国國圀
黒黑 砕碎 済濟 斎齋斋 剤劑 雑雜襍 参參 桟棧 蚕蠶 惨慘 賛贊 残殘 糸絲 歯齒 児兒 辞辭辤 湿濕溼 実實寔 写寫冩 釈釋 寿壽
収收 従從 渋澁澀 獣獸 縦縱 粛肅 処處 叙敍敘 奨奬獎 将將 渉涉 焼燒 証證 称稱 条條 状狀 乗乘 浄淨 剰剩 畳疊疉 縄繩
壌壤 嬢孃 譲讓 醸釀 触觸 嘱囑 慎愼 真眞 寝寢 尽盡 図圖 粋粹 酔醉 穂穗 随隨 髄髓 枢樞 数數 瀬瀨 声聲 斉齊 静靜 清淸
青靑 税稅 窃竊 摂攝 説說 絶絕 専專 浅淺 戦戰 践踐 銭錢 潜潛濳 繊纖 禅禪 双雙 壮壯 争爭 荘莊 捜搜 挿插揷 巣巢 痩瘦
装裝 総總 騒騷 増增 蔵藏 臓臟 即卽 属屬 続續 堕墮 対對 体體軆躰 帯帶 滞滯 台臺 滝瀧 択擇 沢澤 脱脫 担擔 単單 胆膽
団團 断斷 弾彈 遅遲 痴癡 虫蟲 昼晝 鋳鑄 庁廳 徴徵 聴聽 勅敕 鎮鎭 逓遞 鉄鐵銕鐡 点點 転轉 伝傳 党黨 盗盜 灯燈 当當
闘鬭鬪 徳德悳 独獨 読讀 届屆 弐貳 悩惱 脳腦 覇霸 拝拜 廃廢 売賣 麦麥 発發 髪髮 抜拔 蛮蠻 秘祕 浜濱濵 瓶甁 払拂 仏佛
併倂 並竝 変變 辺邊邉 弁辨瓣辯 歩步 舗舖 宝寶寳 豊豐 褒襃 翻飜 毎每 万萬 満滿 麺麵 黙默 弥彌 訳譯 薬藥 与與 予豫
余餘 誉譽 揺搖 様樣 謡謠 来來 頼賴 乱亂 覧覽 両兩 猟獵 緑綠 涙淚 塁壘 礼禮 励勵 霊靈灵 齢齡 暦曆 歴歷 恋戀 炉爐 労勞
郎郞 楼樓 録錄 湾灣 穣穰 聡聰 曽曾 尚尙 産產 彦彥 晩晚 冊册 決决 減减 準凖 涼凉 凄淒 況况 幷并 餅餠 屏屛 概槪
"""

_RARE_FORMS = """
高髙 崎﨑嵜 吉𠮷 島嶌㠀 富冨 館舘 桑桒 柳栁桺 橋𣘺槗 角⻆ 土圡 博愽 喜㐂 船舩舡 閑閒 隣鄰 刈苅 松枩枀 秋穐秌 梅楳
鴎鷗 鴬鶯 鹸鹼 麹麴 侠俠 倶俱 剥剝 叱𠮟 呑吞 嘘噓 填塡 頬頰 掴摑 撹攪 焔焰 祷禱 箪簞 繋繫 繍繡 莱萊 蝋蠟 蝉蟬 醤醬
頚頸 顛顚 騨驒 涜瀆 竃竈 薮藪籔 諌諫 讃讚 賎賤 蒋蔣 蛎蠣 篭籠 芦蘆 蕊蕋 雁鴈 鈎鉤 鍬鍫 婿壻聟 略畧 峨峩 裙裠 鞍鞌
鑑鑒 棋棊 杯盃 脚腳 膝厀 胸胷 脈脉 鉢缽 鼓皷 鼠鼡 鶴靏靍鸖 塔墖 壷壺 夢梦 妊姙 姉姊 宜冝 寓庽 寇冦 巌巖 岩嵒 岸㟁
嶺岭 幹榦 庵菴 廟庿 廻迴 彩綵 怪恠 恥耻 悴忰 慚慙 戚慼 拿拏 挽輓 携攜擕 搗擣 昵暱 晋晉 智𣇄 暖煖 曳曵 査查 柿枾 梓榟
梨棃 楫檝 槍鎗 樽罇 檐簷 嘆歎 沈沉 沿㳂 涙泪 注註 浚濬 遡溯 灌潅 闊濶 漆柒 澄澂 煙烟 燕鷰 熊熋 牆墻 猪豬 猫貓 猿猨
珍珎 瑶瑤 璃琍 畝畆畒 痺痹 皐皋 皓皜 盤槃 眉睂 砲礮 磁礠 禄祿 稚穉 稟禀 窓窗牕 竪豎 筍笋 箸筯 粽糉 網网 繭絸 耕畊
膳饍 臥卧 草艸 苺莓 兎兔 蓑簑 虎乕 蛇虵 蛙鼃 蝦鰕 褌裩 覗覘 詠咏 誤悮 讐讎 貌皃 賓賔 贋贗 跡迹 踊踴 迫廹 遁遯 酢醋
釜釡 鍛煅 閏閠 韮韭 飯飰 鬱欝 鮭鮏 鳳鳯 齧囓 舗鋪 裸躶 瓦㼚 坂岅 丘坵 往徃 恩㤙 概槩 婚㛰 冗宂 冤寃 函凾 厨廚 厩廐廏
厠廁 却卻 厮廝 坑阬 垂埀 堤隄 場塲 姫姬 宿㝛 尿㞙 峠𡶜 崇崈 巡廵 帆颿 帽㡌 役伇 従从 怨㤪 息㥁 拘抅 昏昬 星曐 望朢
年秊 弦絃
"""

_SAME_IN_NAMES = """
崎埼碕 斎斉 島嶋 峰峯 竜龍 尭堯 遥遙 凛凜 桧檜 槙槇 晃晄 箇個 阪坂 淵渕 園薗 裏裡 畑畠
"""


def _table(*groups: str) -> dict[int, str]:
    return {
        ord(other): group[0] for text in groups for group in text.split() for other in group[1:] if other != group[0]
    }


#: Old and rare forms to the form of today's dictionaries.
TO_STANDARD = _table(_OLD_FORMS, _RARE_FORMS)
#: Forms in daily use that people mix up, above all in names.
TO_COMPARE = _table(_SAME_IN_NAMES)
