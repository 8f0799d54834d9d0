"""Patterns of assignment sentences, on `tracker.plan.notice.text.key` of a text (DOMAIN.md, section 8)."""

from __future__ import annotations

import re

from tracker.plan.notice.words import ADVERBS, VERB

LINK = (
    r"(?:(?:đồng thời|theo đó|trong đó|trước mắt|vì vậy|do đó|bên cạnh đó|ngoài ra|cụ thể|riêng|thời gian tới|trong thời gian tới|đối với|về phía|mặt khác|bên cạnh"
    r" đó|tiếp tục|thống nhất|đồng ý|cơ bản thống nhất|nhất trí)\s*[,:]?\s*)"
)
ORDER = re.compile(
    r"(?:giao(?:\s+(?:nhiệm vụ|trách nhiệm|cho|thêm))*|yêu cầu|đề nghị|phân công|ủy quyền(?:\s+cho)?|ủy nhiệm|đôn đốc|kiến nghị|đồng ý giao|thống nhất giao|tiếp tục giao|chỉ định)\s+(?:cho\s+)?(?=\S)"
)
ORDERED = re.compile(rf"{LINK}*{ORDER.pattern}")
NOT_AN_ORDER = re.compile(
    r"(?:được|đã|việc|nhiệm vụ|theo|đáp ứng|quyết định|các|những|có|về việc|khi|vốn|ban hành quyết định)\s*$"
)
ADVERBIAL = re.compile(
    r"(?:ngay|kể từ|sau|trước|trong|trên|căn cứ|để|nhằm|đối với|về|từ|khi|tại|với|theo|định kỳ|hằng|hàng|riêng|qua|thực hiện|chậm nhất|đến|thời gian|hết|vào|nếu|do|bên cạnh|cùng|xuất phát|phục vụ|phát huy|bám sát|tiếp tục|phấn đấu|triển khai|quán triệt)\b"
)
CHARGED = re.compile(
    r"\s*,?\s*được\s+(?:giao|phân công|ủy quyền|chỉ định)(?:\s+(?:nhiệm vụ|trách nhiệm|làm|thêm))*(?=\s*:?\s+(?P<task>\S))"
)
"""The passive order: "Sở X được giao chủ trì …", if a verb follows."""
HEADED = re.compile(
    r"\s*,?\s*do\s+[^,;.]*?\slàm\s+(?:tổ trưởng|nhóm trưởng|đoàn trưởng|trưởng đoàn|trưởng ban|chủ tịch)[^,;.]*,?"
)
REJECTED = re.compile(
    r"\s*(?:,\s*)?(?:đã|cũng đã|được|bị|còn|chưa|đang|vẫn|là(?!\s+(?:cơ quan|đơn vị|đầu mối|chủ đầu tư))|có\s+(?:tờ trình|văn bản|báo cáo số|ý kiến|nhiều|công văn|kết quả)|thống nhất|ghi nhận|nhất trí|cơ bản|đánh giá cao|biểu dương|kết luận|"
    r"báo cáo tại|thông báo(?:\s+(?:để|đến|cho|kết luận|các|ý kiến))|ban hành (?:thông báo|kết luận) này|trình bày|cho biết|tại tờ trình|tại báo cáo|tại văn bản|tại công văn|luôn|những tháng|năm qua|thời gian qua)\b"
)
GOVERNED = re.compile(
    r"\b(?:chỉ đạo|hướng dẫn|đôn đốc|yêu cầu|đề nghị|giao|vận động|phối hợp|để|nhằm|khi|nếu|trên cơ sở|theo|gồm|như|trình|gửi|báo cáo)\b"
)
ACTS = re.compile(
    rf"\s+(?:{ADVERBS}\s+)*(?!(?:phối hợp|để|nhằm|theo|trong|trước|sau|trên|tại|từ|đến|với|về|do|của|cho|qua|khi|nếu|vào|và|có|là|được|bị|đã|đang|chưa|không|tự|thành|hằng|hàng)\b){VERB.pattern}"
)
CHAIRED = re.compile(
    rf"\s*(?:\([^)]*\)\s*)?,?\s*(?:{ADVERBS}\s*,?\s*)*(?:là (?:cơ quan|đơn vị)?\s*(?:đầu mối|thường trực|chủ trì)[^,;:]*|làm đầu mối|đầu mối|chủ trì|đồng chủ trì|chịu trách nhiệm chính)(?:\s+thực hiện)?(?=\s*[,;:.()]|\s)"
)
WITH = re.compile(
    r"(?<!\w)(?:phối hợp|phối kết hợp)(?:\s+(?:chặt chẽ|thường xuyên|tốt|đồng bộ|hiệu quả|kịp thời))*(?:\s*,\s*(?:hỗ trợ|hướng dẫn|đôn đốc))?\s*(?:(?:với|cùng với|cùng)\s+)?"
)
TOGETHER = re.compile(
    r"\s*,?\s*(?:cùng với|cùng|với sự (?:phối hợp|tham gia)(?:, (?:phối hợp|tham gia))? của|có sự (?:tham gia|phối hợp)(?:, phối hợp)? của)\s+"
)
AS = re.compile(r"\s+-\s+(?:là\s+)?(?:nhà thầu|chủ đầu tư|cơ quan|đơn vị|tổ chức)\b")
TAIL = re.compile(rf"(?:\s+(?!{VERB.pattern})[a-zà-ỹđ]+){{1,7}}")
NOUN_BEFORE = re.compile(
    r"(?:\b(?:sự|công tác|cơ chế|quy chế|việc|chương trình|quá trình|trách nhiệm|kế hoạch|tinh thần|mối quan hệ)\s*$)"
)
BY = re.compile(r"(?<!\w)do\s+(?=\S)")
RECEIVER = re.compile(
    r"(?<!\w)(?:báo cáo|trình|gửi|tham mưu|tham mưu cho|báo cáo kết quả(?: thực hiện)?|trình xin ý kiến)\s+(?:(?:cho|về|đến|lên|qua|kết quả(?: (?:thực hiện|rà soát|về))?|đề xuất(?: với)?)\s+)*"
)
SUPERIORS = r"(?:tỉnh ủy|thành ủy|ban thường vụ (?:tỉnh|thành) ủy|thường trực (?:tỉnh ủy|thành ủy|hđnd(?: tỉnh)?)|chính phủ|thủ tướng(?: chính phủ)?|quốc hội|trung ương|văn phòng chính phủ)(?:\s.*)?"
FIELD = re.compile(
    r"(?:-\s*)?(?:(?P<lead>(?:(?:cơ quan|đơn vị|trách nhiệm|phân công)\s*,?\s*)?(?:đơn vị\s+)?(?:chủ trì|đầu mối|chủ trì thực hiện|thực hiện chính|chủ trì, tham mưu|cơ quan thực hiện|đơn vị thực hiện|chịu trách nhiệm))"
    r"|(?P<with>(?:(?:cơ quan|đơn vị)\s*,?\s*)?(?:đơn vị\s+)?phối hợp(?: thực hiện)?)|(?P<when>(?:thời (?:gian|hạn)|tiến độ|hạn|thời điểm)(?: (?:hoàn thành|thực hiện|trình|báo cáo))?)"
    r"|(?P<product>(?:sản phẩm|kết quả)(?: (?:đầu ra|hoàn thành|dự kiến|cần đạt|thực hiện))?))\s*:\s*"
)
